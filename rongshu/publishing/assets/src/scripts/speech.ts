/** Reading aloud with the browser's own voice. */

export const canSpeak = "speechSynthesis" in window;

let queue: string[] = [];

function next(onEnd: () => void): void {
  const sentence = queue.shift();
  if (sentence === undefined) return onEnd();
  const utterance = new SpeechSynthesisUtterance(sentence);
  utterance.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : document.documentElement.lang;
  utterance.rate = 0.9;
  utterance.addEventListener("end", () => next(onEnd));
  speechSynthesis.speak(utterance);
}

/** Speak in short pieces: some voices fall silent after fifteen seconds of one utterance. */
export function speak(text: string, onEnd: () => void): void {
  stopSpeaking();
  queue = text.match(/[^。！？；\n]{1,160}[。！？；\n]?/g) ?? [];
  next(onEnd);
}

export function stopSpeaking(): void {
  queue = [];
  if (canSpeak) speechSynthesis.cancel();
}

// Sending files one after another, with progress; a file that is refused says why and loses nothing.
import { csrfToken } from "./elements";

export interface Stored {
  digest: string;
  name: string;
  media_type: string;
  size: number;
  width: number | null;
  height: number | null;
  notices: string[];
}

export class UploadRefused extends Error {}

export interface Places {
  upload: string;
  /** Largest upload in bytes; a larger file is not even sent. */
  limit: number;
  /** Whether pictures of the unit usually bear its watermark. */
  marks: boolean;
}

export function sizeInWords(bytes: number): string {
  return bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} kB`;
}

export function send(file: File, places: Places, fields: Record<string, string>, onProgress: (share: number) => void): Promise<Stored> {
  if (file.size > places.limit) {
    const words = `“${file.name}”有 ${sizeInWords(file.size)}，超过 ${sizeInWords(places.limit)} 的上限，没有上传。请压缩或拆分后再传。`;
    return Promise.reject(new UploadRefused(words));
  }
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", places.upload);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => { if (event.total) onProgress(event.loaded / event.total); });
    request.addEventListener("error", () => reject(new UploadRefused(`“${file.name}”没有传上去：网络中断，请重试。`)));
    request.addEventListener("load", () => {
      const answer = request.response as (Stored & { message?: string }) | null;
      if (request.status < 300 && answer?.digest) resolve(answer);
      else reject(new UploadRefused(answer?.message ?? `“${file.name}”没有传上去（${request.status}），请重试；若反复出现请重新登录。`));
    });
    request.send(body);
  });
}

// Security keys (WebAuthn): a form with data-key="create" or "get" and its options in a JSON block.
const decode = (text) => {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
};
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decodeIds = (list) => (list ?? []).map((one) => ({ ...one, id: decode(one.id) }));

const forCreate = (options) => ({
  ...options,
  challenge: decode(options.challenge),
  user: { ...options.user, id: decode(options.user.id) },
  excludeCredentials: decodeIds(options.excludeCredentials),
});
const forGet = (options) => ({
  ...options,
  challenge: decode(options.challenge),
  allowCredentials: decodeIds(options.allowCredentials),
});

const asJson = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
};

const ask = async (form) => {
  const said = form.querySelector("[data-key-said]");
  const options = JSON.parse(document.getElementById(form.dataset.options).textContent).publicKey;
  said.textContent = "请插入并触碰安全密钥，或按浏览器的提示操作。";
  try {
    const credential = form.dataset.key === "create"
      ? await navigator.credentials.create({ publicKey: forCreate(options) })
      : await navigator.credentials.get({ publicKey: forGet(options) });
    form.elements.credential.value = JSON.stringify(asJson(credential));
    form.submit();
  } catch {
    said.textContent = "没有收到安全密钥的应答，请重试，或改用其他方式。";
  }
};

for (const form of document.querySelectorAll("form[data-key]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(form);
  });
}

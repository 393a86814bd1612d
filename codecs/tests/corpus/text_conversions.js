//@ 1 4772c3bcc39f65
function decodeUplink(input) {
  const bytes = Uint8Array.from(input.bytes);
  return { data: { text: new TextDecoder().decode(bytes), utf8: new TextDecoder("utf-8").decode(bytes.buffer), bytes: Array.from(new TextEncoder().encode("€")), base64: btoa(String.fromCharCode(...input.bytes)), back: atob("AQL/").length, codes: [...atob("AQL/")].map((c) => c.charCodeAt(0)) } };
}

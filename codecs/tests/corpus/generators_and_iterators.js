//@ 1 0a0114020b0115
function* blocks(bytes) {
  let at = 0;
  while (at < bytes.length) {
    const kind = bytes[at++];
    const size = yield { kind, value: bytes[at] };
    at += size ?? 1;
  }
  return "end";
}
class Range {
  constructor(n) { this.n = n; }
  *[Symbol.iterator]() { for (let i = 0; i < this.n; i++) yield i; }
}
function decodeUplink({ bytes }) {
  const all = [...blocks(bytes)];
  const it = blocks(bytes);
  const steps = [it.next(), it.next(2), it.return("early")];
  return { data: { all, steps, range: Array.from(new Range(3), (x) => x * x), entries: [...bytes.slice(0, 2).entries()] } };
}

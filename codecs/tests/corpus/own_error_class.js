//@ 1 0102
class FrameError extends Error {
  constructor(length) {
    super(`expected 4 bytes, got ${length}`);
    this.name = "FrameError";
  }
}
function decodeUplink({ bytes }) {
  if (bytes.length !== 4) throw new FrameError(bytes.length);
  return { data: {} };
}

//@ 1 41c80000
import { Buffer } from "buffer";

const LIMIT = 100;

export function decodeUplink(input) {
  const buffer = Buffer.from(input.bytes);
  const value = buffer.readFloatBE(0);
  return { data: { value, high: value > LIMIT } };
}

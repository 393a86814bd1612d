// The part of Node's `Buffer` that codecs use, and the conversions of text next to it.
(function () {
  "use strict";
  const { fromCharCode } = String;
  const HEX = "0123456789abcdef";
  const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  function utf8Bytes(string) {
    const out = [];
    for (let i = 0; i < string.length; i++) {
      let code = string.codePointAt(i);
      if (code > 0xffff) i++;
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
      if (code < 0x80) out.push(code);
      else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return out;
  }

  // One replacement character for each longest part of a broken sequence, as the encoding standard has it.
  function utf8Text(bytes, start, end) {
    let out = "";
    let i = start;
    while (i < end) {
      const first = bytes[i++];
      if (first < 0x80) { out += fromCharCode(first); continue; }
      let needed = 0, code = 0, lower = 0x80, upper = 0xbf;
      if (first >= 0xc2 && first <= 0xdf) { needed = 1; code = first & 31; }
      else if (first >= 0xe0 && first <= 0xef) {
        needed = 2; code = first & 15;
        if (first === 0xe0) lower = 0xa0;
        if (first === 0xed) upper = 0x9f;
      } else if (first >= 0xf0 && first <= 0xf4) {
        needed = 3; code = first & 7;
        if (first === 0xf0) lower = 0x90;
        if (first === 0xf4) upper = 0x8f;
      } else { out += "\ufffd"; continue; }
      while (needed > 0 && i < end && bytes[i] >= lower && bytes[i] <= upper) {
        code = (code << 6) | (bytes[i++] & 63);
        lower = 0x80; upper = 0xbf; needed--;
      }
      out += needed > 0 ? "\ufffd" : String.fromCodePoint(code);
    }
    return out;
  }

  function hexBytes(string) {
    const out = [];
    for (let i = 0; i + 1 < string.length; i += 2) {
      const high = HEX.indexOf(string[i].toLowerCase()), low = HEX.indexOf(string[i + 1].toLowerCase());
      if (high < 0 || low < 0) break;
      out.push(high * 16 + low);
    }
    return out;
  }

  function base64Bytes(string) {
    const out = [];
    let bits = 0, n = 0;
    for (let i = 0; i < string.length && string[i] !== "="; i++) {
      const char = string[i] === "-" ? "+" : string[i] === "_" ? "/" : string[i];
      const value = BASE64.indexOf(char);
      if (value < 0) continue;
      bits = (bits << 6) | value;
      n += 6;
      if (n >= 8) { n -= 8; out.push((bits >> n) & 255); bits &= (1 << n) - 1; }
    }
    return out;
  }

  function base64Text(bytes, start, end) {
    let out = "";
    for (let i = start; i < end; i += 3) {
      const left = end - i;
      const bits = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
      out += BASE64[bits >> 18] + BASE64[(bits >> 12) & 63];
      out += left > 1 ? BASE64[(bits >> 6) & 63] : "=";
      out += left > 2 ? BASE64[bits & 63] : "=";
    }
    return out;
  }

  function latin1Bytes(string) {
    const out = [];
    for (let i = 0; i < string.length; i++) out.push(string.charCodeAt(i) & 255);
    return out;
  }

  function utf16Bytes(string) {
    const out = [];
    for (let i = 0; i < string.length; i++) out.push(string.charCodeAt(i) & 255, string.charCodeAt(i) >> 8);
    return out;
  }

  function bytesOf(string, encoding) {
    switch (String(encoding ?? "utf8").toLowerCase()) {
      case "utf8": case "utf-8": return utf8Bytes(string);
      case "hex": return hexBytes(string);
      case "base64": case "base64url": return base64Bytes(string);
      case "ascii": case "latin1": case "binary": return latin1Bytes(string);
      case "utf16le": case "ucs2": case "ucs-2": case "utf-16le": return utf16Bytes(string);
      default: throw new TypeError("Unknown encoding: " + encoding);
    }
  }

  function each(bytes, start, end, toText) {
    let out = "";
    for (let i = start; i < end; i++) out += toText(bytes[i], i);
    return out;
  }

  function textOf(bytes, encoding, start, end) {
    switch (String(encoding ?? "utf8").toLowerCase()) {
      case "utf8": case "utf-8": return utf8Text(bytes, start, end);
      case "hex": return each(bytes, start, end, (byte) => HEX[byte >> 4] + HEX[byte & 15]);
      case "base64": return base64Text(bytes, start, end);
      case "base64url":
        return base64Text(bytes, start, end).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
      case "ascii": return each(bytes, start, end, (byte) => fromCharCode(byte & 127));
      case "latin1": case "binary": return each(bytes, start, end, (byte) => fromCharCode(byte));
      case "utf16le": case "ucs2": case "ucs-2": case "utf-16le":
        return each(bytes, start, end - 1, (byte, i) => ((i - start) % 2 ? "" : fromCharCode(byte | (bytes[i + 1] << 8))));
      default: throw new TypeError("Unknown encoding: " + encoding);
    }
  }

  class Bytes extends Uint8Array {
    toString(encoding, start = 0, end = this.length) {
      return textOf(this, encoding, Math.max(0, start | 0), Math.min(this.length, end | 0));
    }
    toJSON() { return { type: "Buffer", data: Array.from(this) }; }
    // Node's slices share the memory of their buffer.
    slice(start, end) { return this.subarray(start, end); }
    equals(other) { return Buffer.compare(this, other) === 0; }
    compare(other) { return Buffer.compare(this, other); }
    copy(target, at = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - at));
      target.set(part, at);
      return part.length;
    }
    write(string, offset = 0, length = this.length - offset, encoding = "utf8") {
      if (typeof offset === "string") return this.write(string, 0, this.length, offset);
      if (typeof length === "string") return this.write(string, offset, this.length - offset, length);
      const bytes = bytesOf(string, encoding).slice(0, Math.min(length, this.length - offset));
      this.set(bytes, offset);
      return bytes.length;
    }
    indexOf(value, from = 0) {
      if (typeof value === "number") return super.indexOf(value & 255, from);
      const wanted = typeof value === "string" ? utf8Bytes(value) : value;
      for (let i = from; i + wanted.length <= this.length; i++) {
        let same = 0;
        while (same < wanted.length && this[i + same] === wanted[same]) same++;
        if (same === wanted.length) return i;
      }
      return -1;
    }
    includes(value, from) { return this.indexOf(value, from) >= 0; }
    swap16() { return swap(this, 2); }
    swap32() { return swap(this, 4); }
  }
  const proto = Bytes.prototype;

  function swap(buffer, width) {
    if (buffer.length % width !== 0) throw new RangeError("Buffer size must be a multiple of " + width * 8 + "-bits");
    for (let i = 0; i < buffer.length; i += width) buffer.subarray(i, i + width).reverse();
    return buffer;
  }

  function checked(buffer, offset, width) {
    if (typeof offset !== "number") {
      throw new TypeError('The "offset" argument must be of type number. Received ' + String(offset));
    }
    if (!Number.isInteger(offset) || offset < 0 || offset + width > buffer.length) {
      throw new RangeError(width > buffer.length
        ? "Attempt to access memory outside buffer bounds"
        : 'The value of "offset" is out of range. It must be an integer >= 0 and <= ' +
          (buffer.length - width) + ". Received " + offset);
    }
    return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }

  function accessors(name, getter, setter, width) {
    const orders = width === 1 ? [["", false]] : [["LE", true], ["BE", false]];
    for (const [suffix, little] of orders) {
      const read = function (offset = 0) { return checked(this, offset, width)[getter](offset, little); };
      const write = function (value, offset = 0) {
        checked(this, offset, width)[setter](offset, value, little);
        return offset + width;
      };
      for (const alias of name.startsWith("U") || name.startsWith("BigU") ? [name, name.replace("UInt", "Uint")] : [name]) {
        Object.defineProperty(proto, "read" + alias + suffix, { value: read, writable: true, configurable: true });
        Object.defineProperty(proto, "write" + alias + suffix, { value: write, writable: true, configurable: true });
      }
    }
  }
  accessors("UInt8", "getUint8", "setUint8", 1);
  accessors("Int8", "getInt8", "setInt8", 1);
  accessors("UInt16", "getUint16", "setUint16", 2);
  accessors("Int16", "getInt16", "setInt16", 2);
  accessors("UInt32", "getUint32", "setUint32", 4);
  accessors("Int32", "getInt32", "setInt32", 4);
  accessors("BigUInt64", "getBigUint64", "setBigUint64", 8);
  accessors("BigInt64", "getBigInt64", "setBigInt64", 8);
  accessors("Float", "getFloat32", "setFloat32", 4);
  accessors("Double", "getFloat64", "setFloat64", 8);

  // Whole numbers of one to six bytes.
  function sized(little, signed) {
    return function (offset, width) {
      checked(this, offset, width);
      let value = 0;
      for (let i = 0; i < width; i++) value = value * 256 + this[offset + (little ? width - 1 - i : i)];
      return signed && value >= 2 ** (8 * width - 1) ? value - 2 ** (8 * width) : value;
    };
  }
  for (const [suffix, little] of [["LE", true], ["BE", false]]) {
    for (const [name, signed] of [["UInt", false], ["Uint", false], ["Int", true]]) {
      Object.defineProperty(proto, "read" + name + suffix, { value: sized(little, signed), writable: true, configurable: true });
    }
  }

  function Buffer(value, encoding, length) {
    return typeof value === "number" ? Buffer.alloc(value) : Buffer.from(value, encoding, length);
  }
  const statics = {
    from(value, encoding, length) {
      if (typeof value === "string") return new Bytes(bytesOf(value, encoding));
      if (value instanceof ArrayBuffer) return new Bytes(value, encoding, length);
      if (value !== null && typeof value === "object") {
        if (value.type === "Buffer" && Array.isArray(value.data)) return new Bytes(value.data);
        return new Bytes(Array.from(value));
      }
      throw new TypeError("The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array");
    },
    alloc(size, fill = 0, encoding = "utf8") {
      const made = new Bytes(size);
      if (typeof fill === "number") return made.fill(fill);
      const pattern = typeof fill === "string" ? bytesOf(fill, encoding) : fill;
      for (let i = 0; i < size && pattern.length > 0; i++) made[i] = pattern[i % pattern.length];
      return made;
    },
    allocUnsafe(size) { return new Bytes(size); },
    isBuffer(value) { return value instanceof Bytes; },
    isEncoding(name) {
      try { bytesOf("", name); return true; } catch { return false; }
    },
    byteLength(value, encoding) {
      return typeof value === "string" ? bytesOf(value, encoding).length : value.byteLength;
    },
    concat(list, total) {
      let sum = 0;
      for (let i = 0; i < list.length; i++) sum += list[i].length;
      const joined = new Bytes(total ?? sum);
      let at = 0;
      for (let i = 0; i < list.length && at < joined.length; i++) {
        const part = list[i].subarray(0, joined.length - at);
        joined.set(part, at);
        at += part.length;
      }
      return joined;
    },
    compare(a, b) {
      for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
      return Math.sign(a.length - b.length);
    },
  };
  for (const name of Object.keys(statics)) {
    Object.defineProperty(Buffer, name, { value: statics[name], writable: true, configurable: true });
  }
  // As in Node: `instanceof Buffer` holds, and `map` or `filter` of a buffer give a buffer.
  Buffer.prototype = proto;
  Object.defineProperty(proto, "constructor", { value: Buffer, writable: true, configurable: true });
  Object.defineProperty(Buffer, Symbol.species, { get() { return Bytes; } });

  class TextDecoder {
    constructor(encoding = "utf-8") { this.encoding = String(encoding).toLowerCase(); }
    decode(view = new Uint8Array(0)) {
      const buffer = ArrayBuffer.isView(view) ? view.buffer : view;
      const bytes = new Uint8Array(buffer, view.byteOffset ?? 0, view.byteLength);
      const encoding = this.encoding === "ascii" ? "latin1" : this.encoding;
      const out = textOf(bytes, encoding, 0, bytes.length);
      return out.charCodeAt(0) === 0xfeff ? out.slice(1) : out;
    }
  }
  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(string = "") { return new Uint8Array(utf8Bytes(String(string))); }
  }
  return { Buffer, TextDecoder, TextEncoder };
})

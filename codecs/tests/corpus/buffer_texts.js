//@ 1 48616c6c6f
//@ 1 4bc3a46c7465e28093f09f9882ff
function decodeUplink(input) {
  const b = Buffer.from(input.bytes);
  return { data: {
    utf8: b.toString(), hex: b.toString("hex"), base64: b.toString("base64"), url: b.toString("base64url"),
    ascii: b.toString("ascii"), latin1: b.toString("latin1"), part: b.toString("hex", 1, 3), upper: b.toString("hex").toUpperCase(),
    fromHex: [...Buffer.from("0aFFzz", "hex")], fromBase64: [...Buffer.from("AQID", "base64")],
    fromText: Buffer.from("grün").toJSON(), utf16: Buffer.from("aé", "utf16le").toString("hex"),
    n: Buffer.byteLength("€"), joined: "" + Buffer.from([65, 66]),
  } };
}

//@ 1 01020304
const { Buffer: NodeBuffer } = require("buffer");
let crypto;
try { crypto = require("crypto-of-nobody"); } catch (e) { crypto = null; }
module.exports.decodeUplink = (input) => ({ data: { n: NodeBuffer.from(input.bytes).readUInt32BE(), same: NodeBuffer === Buffer, crypto } });

// Records what Node makes of the codecs in this folder, into expected.json:
//
//     TZ=UTC node --experimental-vm-modules record.mjs
//
// Each line `//@ fPort hex [name=value ...]` of a codec is one call in a new context, as a script in sloppy mode (those named
// `module_...` as an ES module). It gets Node's own Buffer, a clock that stands at the receive time, and the names of
// CommonJS. Nothing of the runner under test is used here. The tests compare; they need no Node.

import { Buffer } from "node:buffer";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { URL, fileURLToPath } from "node:url";
import vm from "node:vm";

const RECEIVED_AT_MS = 1792736000500;
const folder = fileURLToPath(new URL(".", import.meta.url));
if (new Date(2026, 6, 1).getTimezoneOffset() !== 0) throw new Error("set TZ=UTC: codecs see UTC as local time");

function newContext() {
  const module = { exports: {} };
  const context = vm.createContext({
    Buffer, Uint8Array, ArrayBuffer, TextDecoder, TextEncoder, atob, btoa, module, exports: module.exports,
    console: { log() {}, warn() {}, error() {}, info() {}, debug() {} },
    require(name) {
      if (name === "buffer") return { Buffer };
      throw new Error("not here");
    },
  });
  vm.runInContext(
    `{
      const Real = Date, at = ${RECEIVED_AT_MS};
      class Frozen extends Real {
        constructor(...args) { args.length ? super(...args) : super(at); }
        static now() { return at; }
      }
      globalThis.Date = new Proxy(Frozen, {
        apply: () => new Real(at).toString(),
        get: (target, name) => (name === "length" ? 7 : name === "name" ? "Date" : target[name]),
      });
    }`,
    context,
  );
  return context;
}

async function load(name, source) {
  const context = newContext();
  if (name.startsWith("module_")) {
    const module = new vm.SourceTextModule(source, { context, identifier: "codec" });
    await module.link((wanted) => {
      if (wanted !== "buffer") throw new Error(wanted);
      return new vm.SyntheticModule(["Buffer"], function () { this.setExport("Buffer", Buffer); }, { context });
    });
    await module.evaluate();
    const space = module.namespace;
    return { context, entry: { decodeUplink: space.decodeUplink ?? space.default, normalizeUplink: space.normalizeUplink } };
  }
  vm.runInContext(source, context, { filename: "codec" });
  const declared = (name) => vm.runInContext(`typeof ${name} === "function" ? ${name} : undefined`, context);
  const { exports } = context.module;
  const find = (name) => declared(name) ?? exports[name] ?? exports.driver?.[name]?.bind(exports.driver);
  const entry = {};
  for (const name of ["decodeUplink", "normalizeUplink", "Decode", "Decoder"]) entry[name] = find(name);
  return { context, entry };
}

// JSON knows no BigInt; the product writes it as a number while a number can hold it, else as a text.
BigInt.prototype.toJSON = function () { return Number.isSafeInteger(Number(this)) ? Number(this) : String(this); };
// Nor does it know halves of character pairs.
const whole = (_, value) => (typeof value === "string" ? value.toWellFormed() : value);
const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value), whole));
const isContainer = (value) => typeof value === "object" && value !== null && !(typeof value.then === "function");

function thrown(error) {
  const isError = typeof error === "object" && error !== null && typeof error.stack === "string";
  const line = isError ? /\bcodec:(\d+)/.exec(error.stack)?.[1] : undefined;
  const message = isError ? `${error.name}: ${error.message}` : typeof error === "object" ? JSON.stringify(error) : String(error);
  return { failed: "thrown", message, line: line === undefined ? undefined : Number(line) };
}

function outcome(entry, context, { fPort, bytes, variables }) {
  // Made inside, so that the codec finds its own Array and Date.
  const input = vm.runInContext(`(${JSON.stringify({ bytes, fPort, variables })})`, context);
  input.recvTime = vm.runInContext("new Date()", context);
  let result;
  try {
    if (entry.decodeUplink) result = entry.decodeUplink.call(vm.runInContext("globalThis", context), input);
    else if (entry.Decode) result = { data: entry.Decode(fPort, input.bytes, input.variables) };
    else result = { data: entry.Decoder(input.bytes, fPort) };
    if (!isContainer(result)) return { failed: "no_result" };
    if (result.errors?.length) return { failed: "reported", errors: [...result.errors] };
    if (!isContainer(result.data)) return { failed: "no_result" };
    result = { data: plain(result.data), warnings: plain(result.warnings ?? []) };
  } catch (error) {
    return thrown(error);
  }
  if (entry.normalizeUplink) {
    const data = vm.runInContext(`(${JSON.stringify(result.data)})`, context);
    const normalized = entry.normalizeUplink({ data });
    if (!normalized.errors?.length) result.normalized = plain(normalized.data);
    result.warnings.push(...(normalized.warnings ?? []));
  }
  return result;
}

function input(line) {
  const [, fPort, hex, rest] = /^\/\/@ (\d+) ([0-9a-f]*)(.*)$/.exec(line);
  const pairs = rest.trim().split(" ").filter(Boolean).map((pair) => pair.split("="));
  const variables = Object.fromEntries(pairs.map(([name, value]) => [name, decodeURIComponent(value)]));
  return { fPort: Number(fPort), bytes: [...Buffer.from(hex, "hex")], variables };
}

const expected = {};
for (const file of fs.readdirSync(folder).filter((file) => file.endsWith(".js")).sort()) {
  const name = path.basename(file, ".js");
  const source = fs.readFileSync(path.join(folder, file), "utf8");
  const inputs = source.split("\n").filter((line) => line.startsWith("//@ ")).map(input);
  expected[name] = [];
  for (const input of inputs) {
    try {
      const { context, entry } = await load(name, source);
      expected[name].push(outcome(entry, context, input));
    } catch (error) {
      expected[name].push(thrown(error));
    }
  }
}
fs.writeFileSync(
  path.join(folder, "expected.json"),
  JSON.stringify({ "recorded with": `Node ${process.version} by record.mjs`, expected }, null, 1) + "\n",
);

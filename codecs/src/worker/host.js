// Runs once in each new context, before the codec, and leaves what a codec may expect of its host: a clock that stands at the
// receive time, `console`, CommonJS names, and what `buffer.js` makes if the codec needs it. The value of this script is what the
// worker keeps: three functions.
//
// The codec is a function whose body is its script. It is run anew for each call, so that nothing it declares outlives one; what it
// leaves in the global object without declaring it is taken away before the next. Devices share a context because of that.
//
// Whatever is needed later is taken hold of now: a codec may change every global. It can only spoil its own context by that.
(function (makeBuffer) {
  "use strict";
  const global = globalThis;
  const { stringify, parse } = JSON;
  const { keys, create } = Object;
  const { isArray } = Array;
  const { isSafeInteger } = Number;
  const text = String;
  const RealDate = Date;
  const RealPromise = Promise;
  const { construct, deleteProperty } = Reflect;

  const LOG_LINES = 20;
  const LINE_CHARS = 200;
  const MESSAGES = 16;
  const MESSAGE_CHARS = 500;

  let now = 0;
  let seed = 1;
  let log = [];

  function hidden(target, name, value) {
    Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
  }

  // Date: the same frame gives the same result whenever it is decoded.
  function Date_(...args) {
    if (new.target === undefined) return new RealDate(now).toString();
    return construct(RealDate, args.length === 0 ? [now] : args, new.target);
  }
  hidden(Date_, "name", "Date");
  Object.defineProperty(Date_, "length", { value: 7 });
  Object.defineProperty(Date_, "prototype", { value: RealDate.prototype, writable: false });
  hidden(Date_, "now", function now_() { return now; });
  hidden(Date_, "parse", RealDate.parse);
  hidden(Date_, "UTC", RealDate.UTC);
  hidden(RealDate.prototype, "constructor", Date_);
  hidden(global, "Date", Date_);

  delete global.performance;
  hidden(Math, "random", function random() {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 4294967296;
  });

  // JSON knows no BigInt; a counter of 64 bits is a number as long as a number can hold it.
  hidden(BigInt.prototype, "toJSON", function toJSON() {
    const number = Number(this);
    return isSafeInteger(number) ? number : text(this);
  });

  function cut(string, length) {
    return (string.length > length ? string.slice(0, length) : string).toWellFormed();
  }

  function inWords(value) {
    try {
      if (typeof value === "string") return value;
      if (value instanceof Error) return value.name + ": " + value.message;
      return stringify(value) ?? text(value);
    } catch {
      return "(cannot be printed)";
    }
  }

  function print(...args) {
    if (log.length >= LOG_LINES) return;
    let line = "";
    for (let i = 0; i < args.length && line.length < LINE_CHARS; i++) {
      line += (i === 0 ? "" : " ") + inWords(args[i]);
    }
    log[log.length] = cut(line, LINE_CHARS);
  }
  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "trace", "dir"]) console[name] = print;
  for (const name of ["assert", "group", "groupEnd", "time", "timeEnd", "table"]) console[name] = function () {};
  hidden(global, "console", console);

  const shims = { ...makeBuffer?.(), global };
  for (const name of keys(shims)) hidden(global, name, shims[name]);

  function require(name) {
    if (name === "buffer" || name === "node:buffer") return { Buffer: shims.Buffer };
    throw new Error("module `" + name + "` is not available to codecs, only `buffer` is");
  }

  // What is enumerable in the global object before any codec ran; nearly nothing.
  const own = create(null);
  for (const name of keys(global)) own[name] = true;

  let codec = null;
  let normalize = null;
  let first = null;

  /// Keeps the codec; gives whether it can be called not at all (0), once (1) or any number of times (2). A script that adds fixed
  /// properties to the language's own objects cannot be run a second time.
  function load(run, at) {
    codec = run;
    now = at;
    first = decoder();
    if (first === null) return 0;
    try {
      decoder();
    } catch {
      return 1;
    }
    first = null;
    return 2;
  }

  /// Runs the script and finds its functions: under their names, `let` and `const` included, or among what it exports.
  function decoder() {
    const module = { exports: {} };
    const found = codec(module, module.exports, require);
    const exported = module.exports;
    const places = [found, exported, exported?.driver, exported?.default, found.exports, found.exports?.driver];
    function named(name) {
      for (let i = 0; i < places.length; i++) {
        const candidate = places[i]?.[name];
        if (typeof candidate === "function") return { owner: i === 0 ? undefined : places[i], run: candidate };
      }
      return null;
    }
    normalize = named("normalizeUplink");
    const decodeUplink = named("decodeUplink") ?? (typeof exported === "function" ? { run: exported } : null);
    if (decodeUplink !== null) return (input) => pick(decodeUplink.run.call(decodeUplink.owner, input));
    const v3 = named("Decode");
    if (v3 !== null) return (input) => whole(v3.run.call(v3.owner, input.fPort, input.bytes, input.variables));
    const v2 = named("Decoder");
    if (v2 !== null) return (input) => whole(v2.run.call(v2.owner, input.bytes, input.fPort));
    return null;
  }

  /// One call of the codec. The answer is JSON text, or the reason why there is none.
  function call(inputText, at) {
    if (first === null) {
      const names = keys(global);
      for (let i = 0; i < names.length; i++) {
        if (own[names[i]] !== true) deleteProperty(global, names[i]);
      }
    }
    const input = begin(inputText, at);
    input.recvTime = new RealDate(at);
    const decode = first ?? decoder();
    if (decode === null) return null;
    return { ...decode(input), log };
  }

  /// What `normalizeUplink` makes of the decoded data; nothing where the codec has no such function.
  function normalized(dataText, at) {
    if (normalize === null) return null;
    return { ...pick(normalize.run.call(normalize.owner, { data: begin(dataText, at) })), log };
  }

  function begin(inputText, at) {
    now = at;
    seed = 1;
    log = [];
    return parse(inputText);
  }

  function pick(result) {
    if (!isObject(result)) return { missing: kind(result) };
    const errors = messages(result.errors);
    const warnings = messages(result.warnings);
    if (errors.length > 0) return { text: stringify({ errors, warnings }) };
    const data = result.data;
    if (!isObject(data)) return { missing: "an object whose `data` is " + kind(data) };
    return { text: stringify({ data, errors, warnings }) };
  }

  function whole(result) {
    if (!isObject(result)) return { missing: kind(result) };
    return { text: stringify({ data: result, errors: [], warnings: [] }) };
  }

  function isObject(value) {
    return typeof value === "object" && value !== null && !(value instanceof RealPromise);
  }

  function kind(value) {
    if (value === null || value === undefined) return text(value);
    if (value instanceof RealPromise) return "a Promise";
    return "a " + typeof value;
  }

  function messages(list) {
    const kept = [];
    if (list === undefined || list === null || list === false || list === "") return kept;
    if (!isArray(list)) list = [list];
    for (let i = 0; i < list.length && kept.length < MESSAGES; i++) {
      kept[kept.length] = cut(inWords(list[i]), MESSAGE_CHARS);
    }
    return kept;
  }

  return { load, call, normalized };
})

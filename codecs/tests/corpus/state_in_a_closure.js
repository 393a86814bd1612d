//@ 1 01
//@ 1 02
//@ 1 03
var decodeUplink = (function () {
  var count = 0, last = null;
  return function (input) {
    var change = last === null ? null : input.bytes[0] - last;
    last = input.bytes[0];
    return { data: { count: ++count, change: change } };
  };
})();

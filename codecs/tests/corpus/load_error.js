//@ 1 00
var table = undefined;
var size = table.length;
function decodeUplink() { return { data: {} }; }

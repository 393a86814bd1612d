//@ 1 01
function risky(n) { try { if (n) throw n; return "returned"; } catch (e) { return "caught " + e; } finally { order.push(n); } }
var order = [];
function overriding() { try { return 1; } finally { return 2; } }
function decodeUplink() {
  order = [];
  const results = [risky(0), risky(7), overriding()];
  let name;
  try { null.x; } catch ({ constructor }) { name = constructor.name; }
  try { undeclared; } catch (e) { name += (e instanceof ReferenceError); }
  try { decodeURIComponent("%"); } catch (e) { name += e.name; }
  try { new Array(-1); } catch (e) { name += e.name; }
  try { (1).toFixed(200); } catch (e) { name += e.name; }
  const cause = new Error("outer", { cause: "inner" }).cause;
  return { data: { results, order, name, cause } };
}

/**
 * Makes an element what another is, and leaves what is the same in its place, so that the focus and what a
 * reader is about to press stay. What has other contents is replaced, and the focus goes on to what takes its
 * place.
 */
export function update(before: Element, after: Element): void {
  if (before.isEqualNode(after)) return;
  const isLeaf = after.childElementCount === 0 || before.childElementCount === 0;
  if (isLeaf || before.tagName !== after.tagName) {
    replace(before, after);
    return;
  }
  for (const { name } of [...before.attributes])
    if (!after.hasAttribute(name)) before.removeAttribute(name);
  for (const { name, value } of [...after.attributes]) before.setAttribute(name, value);
  const [old, next] = [[...before.children], [...after.children]];
  next.forEach((child, at) => {
    const there = old[at];
    if (there) update(there, child);
    else before.append(child);
  });
  for (const gone of old.slice(next.length).reverse()) remove(gone);
}

function replace(before: Element, after: Element): void {
  const hadFocus = before.contains(document.activeElement);
  before.replaceWith(after);
  if (hadFocus) focusIn(after);
}

function remove(element: Element): void {
  const hadFocus = element.contains(document.activeElement);
  const near = element.previousElementSibling;
  element.remove();
  if (hadFocus && near) focusIn(near);
}

function focusIn(element: Element): void {
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
}

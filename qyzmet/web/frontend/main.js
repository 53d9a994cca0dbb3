// Everything works without this file; it only makes things quicker.
import { Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink } from "govuk-frontend";
import "htmx.org";

document.documentElement.classList.add("has-script");
document.body.classList.add("js-enabled", "govuk-frontend-supported");

function start(root) {
  for (const Component of [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) {
    for (const element of root.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
      if (!element.hasAttribute(`data-${Component.moduleName}-init`)) new Component(element);
    }
  }
}
start(document);

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// "Choose all" stands beside lists of boxes.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.choosesAll;
  if (!name) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][name="${name}"]`)) box.checked = event.target.checked;
});

// In a list of rows, arrows up and down go from link to link.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const table = event.target.closest?.("table[data-rows]");
  if (!table || event.target.tagName === "SELECT") return;
  const links = [...table.querySelectorAll("tbody th a")];
  const at = links.indexOf(event.target.closest("tr")?.querySelector("th a"));
  const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

"use strict";
(() => {
  const form = document.querySelector("form.filter");
  if (!form) return;
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const probes = [...document.querySelectorAll(".probe")].map((node) => ({
    node,
    group: node.closest(".variable"),
    states: [...node.querySelectorAll(".chips b")].map((chip) => chip.className),
    words: node.querySelector("summary").textContent.toLowerCase(),
  }));
  const show = () => {
    const words = find.value.trim().toLowerCase();
    const state = form.elements.state.value;
    const groups = new Map();
    let shown = 0;
    for (const probe of probes) {
      const fits = probe.words.includes(words) && (!state || probe.states.includes(state));
      probe.node.hidden = !fits;
      shown += fits;
      groups.set(probe.group, groups.get(probe.group) || fits);
    }
    const narrowed = words !== "" || state !== "";
    for (const [group, fits] of groups) {
      group.hidden = !fits;
      if (narrowed && fits) group.open = true;
    }
    found.textContent = narrowed ? `${shown} of ${probes.length} probes` : "";
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  const open = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && "open" in target) target.open = true;
  };
  addEventListener("hashchange", open);
  open();
  // For browsers whose style sheets cannot open what is folded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((node) => (node.open = true));
  });
  addEventListener("afterprint", () => folded.forEach((node) => (node.open = false)));
})();

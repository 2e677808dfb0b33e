/* The editors' room: what is new in the queue, and names for controls that Django's scripts add
   without one. */
(() => {
  "use strict";
  const nameOf = (select) => select.getAttribute("aria-label") || select.labels?.[0]?.textContent.trim().replace(/:$/, "");
  const label = () => {
    for (const box of document.querySelectorAll(".select2-selection")) {
      const select = box.closest(".select2").previousElementSibling, name = select && nameOf(select);
      if (!name) continue;
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", name);
      /* Its text is not an editable field. */
      const text = box.querySelector(".select2-selection__rendered");
      text?.removeAttribute("role");
      text?.removeAttribute("aria-readonly");
    }
  };
  /* Tables of inlines: the box that removes a row, and the empty cell above the names of rows. */
  const labelTables = () => {
    for (const box of document.querySelectorAll(".tabular input[type=checkbox][name$=-DELETE]")) {
      box.setAttribute("aria-label", box.closest("table").querySelector("th:last-child").textContent.trim());
    }
    for (const empty of document.querySelectorAll(".tabular th.original:empty")) {
      empty.replaceWith(document.createElement("td"));
    }
  };
  /* After Django's scripts, which start once the document is ready. */
  addEventListener("load", () => setTimeout(label));
  document.addEventListener("formset:added", () => setTimeout(() => { label(); labelTables(); }));
  labelTables();
  /* The queue: ask for new comments and for who looks at which one, while the page can be seen. Rows
     stay where they are. */
  const news = document.querySelector("[data-news]");
  if (news) {
    const PAUSE = 20_000, told = news.querySelector("[role=status]"), link = told.querySelector("a");
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      const answer = await fetch(news.dataset.news, { headers: { Accept: "application/json" } });
      const { words, show, claims } = await answer.json();
      if (told.firstElementChild.textContent !== words) {
        told.firstElementChild.textContent = words;
        link.hidden = !words;
        link.href = show;
      }
      for (const mark of document.querySelectorAll("[data-claim]")) {
        const who = claims[mark.dataset.claim] || "";
        if (mark.textContent !== who) mark.textContent = who;
      }
    };
    /* Once it fails, as after signing out, the page stays as it is. */
    const timer = setInterval(() => ask().catch(() => clearInterval(timer)), PAUSE);
  }
})();

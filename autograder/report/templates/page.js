"use strict";
(() => {
  const root = document.documentElement;
  const tags = { en: "en", zh: "zh-Hans" };
  const titles = { en: root.dataset.titleEn, zh: root.dataset.titleZh };
  // A page that is opened as a file may have no storage: then it begins as it was written.
  const recall = () => { try { return localStorage.getItem("language"); } catch { return null; } };
  const remember = (language) => { try { localStorage.setItem("language", language); } catch { /* not kept */ } };

  function speak(language) {
    root.lang = tags[language];
    root.dataset.language = language;
    document.title = titles[language];
    for (const button of document.querySelectorAll("[data-speak]")) {
      button.setAttribute("aria-pressed", String(button.dataset.speak === language));
    }
    document.dispatchEvent(new CustomEvent("language", { detail: language }));
  }

  root.classList.add("switchable");
  root.dataset.language = recall() in tags ? recall() : root.dataset.language;
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-speak]")) {
      button.addEventListener("click", () => { remember(button.dataset.speak); speak(button.dataset.speak); });
    }
    speak(root.dataset.language);
  });
})();

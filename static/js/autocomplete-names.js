"use strict";
/* Autocompletes as the admin makes them have no name for those who do not see their label. */
{
  const $ = django.jQuery;

  const nameOf = (select) =>
    select.getAttribute("aria-label") || select.labels[0]?.textContent.trim().replace(/:$/, "") || "";

  function give(select) {
    const control = select.nextElementSibling?.querySelector(".select2-selection");
    const value = control?.querySelector(".select2-selection__rendered");
    if (!value) return;
    control.id ||= `${value.id}-control`;
    control.setAttribute("aria-label", nameOf(select));
    control.setAttribute("aria-labelledby", `${control.id} ${value.id}`);
    value.setAttribute("aria-label", nameOf(select));
  }

  const giveAll = (within) => within.querySelectorAll("select.admin-autocomplete").forEach(give);

  $(() => giveAll(document));
  document.addEventListener("formset:added", (event) => giveAll(event.target));
  $(document).on("select2:open", (event) => {
    const field = document.querySelector(".select2-container--open .select2-search__field");
    field?.setAttribute("aria-label", nameOf(event.target));
    field?.focus();
  });
}

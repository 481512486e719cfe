// Somebody telephones instead of pressing: the device is found by what the caller says, and its SOS opened by hand.

import * as ask from "egide/ask";
import { choices, field, values } from "egide/dialogs";
import { el, t } from "egide/format";

/** Two dialogs: what the caller says, then which of those it is. `store` selects what was opened. */
export function openByHand(dialogs, store) {
  let found = [];
  dialogs.open({
    title: t("open.title"), body: [el("p", {}, t("open.text")), ...field("q", t("open.query"))], yes: t("open.find"),
    act: (form) => tried(async () => { ({ found } = await ask.post("find", values(form))); }),
    closed: () => { if (found.length > 0) confirm(dialogs, store, found); },
  });
}

function confirm(dialogs, store, found) {
  const rows = found.map((one) => ({ value: one.device, words: one.words }));
  dialogs.open({
    title: t("open.which"), body: [choices("device", t("open.device"), rows, rows[0].value)], yes: t("open.yes"),
    act: (form) => tried(async () => {
      const { id } = await ask.post("by_hand", values(form));
      await store.refetch();
      store.select(id);
    }),
  });
}

async function tried(act) {
  try {
    await act();
    return null;
  } catch (error) {
    return error.status === 400 ? error.body : { message: t(error.status === 401 ? "line.not_done" : "incident.failed") };
  }
}

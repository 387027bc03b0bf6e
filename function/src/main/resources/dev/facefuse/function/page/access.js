/** The token, if the server wants one: kept for this tab and no longer. */

const KEY = "facefuse.token";
const dialog = document.getElementById("access");
const field = document.getElementById("token");

let asking = null;

/** The token that is known; null if none is. */
export const token = () => sessionStorage.getItem(KEY);

/** Forgets a token that the server did not know, unless another has been given since. */
export function forgetToken(wrong) {
  if (wrong !== null && token() === wrong) {
    sessionStorage.removeItem(KEY);
  }
}

/** Asks for a token; false if the user gives none. Concurrent calls get the same answer. */
export function askForToken(wasWrong) {
  if (token() !== null) {
    return Promise.resolve(true);
  }
  asking ??= ask(wasWrong).finally(() => {
    asking = null;
  });
  return asking;
}

function ask(wasWrong) {
  document.getElementById("access-wrong").hidden = !wasWrong;
  field.value = "";
  dialog.returnValue = "cancel";
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = field.value.trim();
      const isGiven = dialog.returnValue === "ok" && given !== "";
      if (isGiven) {
        sessionStorage.setItem(KEY, given);
      }
      field.value = "";
      resolve(isGiven);
    }, { once: true });
  });
}

// Not the form's own way: the policy of this page lets no form go anywhere.
dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.close("ok");
});
document.getElementById("access-cancel").addEventListener("click", () => dialog.close("cancel"));

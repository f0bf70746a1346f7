/** Secrets in URLs that another program asks: they go into a file, and `{password}` takes their place. */

export interface HiddenSecret {
  readonly url: string;
  /** Undefined: there is none that can be told by its name. */
  readonly password: string | undefined;
}

const secretParameter = /([?&](?:[\w-]*(?:pass|pwd|secret|token|key|auth|hash)[\w-]*)=)([^&#]+)/i;

/** @param parameter its name, where that is known */
export function withoutSecret(url: string, parameter?: string): HiddenSecret {
  const pattern = parameter === undefined ? secretParameter : new RegExp(`([?&]${parameter}=)([^&#]+)`);
  const found = pattern.exec(url);
  if (found === null) return { url, password: undefined };
  const [whole, name, value] = found as unknown as [string, string, string];
  const before = url.slice(0, found.index);
  return {
    url: `${before}${name}{password}${url.slice(found.index + whole.length)}`,
    password: decoded(value),
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}

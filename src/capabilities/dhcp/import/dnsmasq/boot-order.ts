/**
 * The order of classes that makes the first that fits say what dnsmasq's last line that fits says, with lines
 * such as `dhcp-boot=tag:!ipxe,FILE`: for all that are not of a tag.
 */
import { leaveOut, notCarriedOver } from "../draft.ts";
import type { OptionGroup } from "./option-groups.ts";

export interface OrderedGroups {
  readonly groups: readonly OptionGroup[];
  /** Its boot file is for whoever is of none of the others. */
  readonly rest: OptionGroup | undefined;
}

/** @param groups the last line's first */
export function orderGroups(groups: readonly OptionGroup[]): OrderedGroups {
  const ordered: OptionGroup[] = [];
  let waiting = [...groups];
  while (waiting.length > 0) {
    const [group, ...behind] = waiting as [OptionGroup, ...OptionGroup[]];
    waiting = behind;
    if (!isForTheRest(group, groups)) {
      ordered.push(group);
      continue;
    }
    // Behind those that have the tags it is enough to say nothing of them
    const without = negatedTags(group);
    const isOther = ({ tags, boot }: OptionGroup): boolean =>
      boot !== undefined && without.some((tag) => tags.includes(tag));
    ordered.push(...waiting.filter(isOther));
    waiting = waiting.filter((one) => !isOther(one));
    const tags = group.tags.filter((tag) => !tag.startsWith("!"));
    if (tags.length > 0) {
      ordered.push({ ...group, tags });
    } else {
      for (const one of waiting) ordered.push(withoutBoot(one, without, ordered));
      return { groups: ordered, rest: group };
    }
  }
  return { groups: ordered, rest: undefined };
}

/** Who has the tags has a boot file of another line, for exactly those or for more. */
function isForTheRest(group: OptionGroup, groups: readonly OptionGroup[]): boolean {
  const { tags, options, boot } = group;
  const without = negatedTags(group);
  if (without.length === 0 || options.size > 0 || boot === undefined) return false;
  return without.every((tag) =>
    groups.some(
      (other) =>
        other.boot !== undefined &&
        other.tags.includes(tag) &&
        other.tags.every((one) => one === tag || tags.includes(one)),
    ),
  );
}

function negatedTags({ tags }: OptionGroup): readonly string[] {
  return tags.filter((tag) => tag.startsWith("!")).map((tag) => tag.slice(1));
}

/** A line before one that is for all others has no client left, unless it has a tag that the others lack. */
function withoutBoot(
  group: OptionGroup,
  without: readonly string[],
  later: readonly OptionGroup[],
): OptionGroup {
  const { boot } = group;
  if (boot === undefined) return group;
  const isCovered = without.every((tag) =>
    later.some((other) => other.boot !== undefined && other.tags.length === 1 && other.tags[0] === tag),
  );
  if (isCovered) notCarriedOver(boot.line, "later lines are for all clients, with the tag and without");
  else leaveOut(boot.line, "a later line is for all without a tag; write one class for those with it");
  return { ...group, boot: undefined };
}

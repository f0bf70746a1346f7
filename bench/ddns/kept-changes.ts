/** What hosts were told, held against what the zone says after a server was killed. */

export interface HostStory {
  /** Number of the last change that was answered `good`, and of the last that was sent. */
  readonly acknowledged: number;
  readonly sent: number;
  /** What the zone has; undefined: nothing, or nothing that was ever sent. */
  readonly found: number | undefined;
}

export interface KeptChanges {
  /** Hosts whose last `good` is not there. */
  readonly lost: number;
  /** Hosts whose change is there although they have heard nothing. */
  readonly untold: number;
}

export function compareChanges(stories: readonly HostStory[]): KeptChanges {
  const isUntold = ({ acknowledged, sent, found }: HostStory): boolean =>
    found === sent && sent > acknowledged;
  const untold = stories.filter(isUntold).length;
  const kept = stories.filter(({ acknowledged, found }) => found === acknowledged).length;
  return { untold, lost: stories.length - untold - kept };
}

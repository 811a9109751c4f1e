using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>A key as it goes into a file of keys and comes out of it.</summary>
/// <param name="KeyValue">The key with its value and revisions; revisions are 0 where the file does not tell them.</param>
/// <param name="RemainingTtl">How long its lease still lived when it was exported; null where it has none, or that was not known.</param>
public sealed record ExportedKey(EtcdKeyValue KeyValue, TimeSpan? RemainingTtl = null);

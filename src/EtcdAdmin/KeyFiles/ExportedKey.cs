using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>A key as written to a key file and read from a key file.</summary>
/// <param name="KeyValue">The key with its value and revisions; revisions are 0 if the file does not contain them.</param>
/// <param name="RemainingTtl">Remaining lifetime of the key's lease at the export; null if the key has no lease or the lifetime was not
/// known.</param>
public sealed record ExportedKey(EtcdKeyValue KeyValue, TimeSpan? RemainingTtl = null);

using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Objects;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gets keys and values from a snapshot file, in key order and as of one revision. etcd is not needed. Keys are passed on as they
/// are read, so files of any size need little memory.
/// </summary>
/// <example>
/// <code>Get-EtcdSnapshotKey ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Prefix /app/</code>
/// <para>Gets the keys below /app/ from a snapshot.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshotKey ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Key /app/name | Set-EtcdKey -Cluster prod</code>
/// <para>Writes one key back to the cluster, and leaves all other keys alone.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshotKey ./backups -Key /app/name -ErrorAction Ignore | Format-Table Value, Path</code>
/// <para>Shows the value of a key in every snapshot in the folder that contains the key.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshotKey ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Like '/app/*/password' -Revision 120 -KeysOnly</code>
/// <para>Lists the keys that matched a pattern at an earlier revision.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdSnapshotKey", DefaultParameterSetName = "Prefix")]
[OutputType(typeof(EtcdSnapshotKey))]
public sealed class GetEtcdSnapshotKeyCommand : SnapshotCmdlet
{
    private const int PageSize = 128;

    /// <summary>
    /// Snapshot files, in any format, or folders with snapshots. Accepts the output of Save-EtcdSnapshot, Get-EtcdSnapshot and
    /// Get-ChildItem.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>The keys to get, exactly as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Key")]
    [Bytes]
    public BytesArgument[] Key { get; set; } = null!; // mandatory

    /// <summary>Gets all keys with this prefix. Default: all keys.</summary>
    [Parameter(Position = 1, ParameterSetName = "Prefix")]
    [Bytes]
    public BytesArgument? Prefix { get; set; }

    /// <summary>The first key of the range. All keys from this one on, in byte order, are included, up to -To.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Range")]
    [Bytes]
    public BytesArgument From { get; set; } = null!; // mandatory

    /// <summary>The end of the range that -From begins. This key itself is not included. Default: up to and including the last key.</summary>
    [Parameter(ParameterSetName = "Range")]
    [Bytes]
    public BytesArgument? To { get; set; }

    /// <summary>Gets all keys that match a pattern with *, ? and [a-z]. The pattern is case-sensitive.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Like")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string Like { get; set; } = null!; // mandatory

    /// <summary>
    /// Gets the keys as they were at this revision, which must not be compacted. Default: the newest revision in the file.
    /// </summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? Revision { get; set; }

    /// <summary>Gets the keys without their values.</summary>
    [Parameter]
    public SwitchParameter KeysOnly { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop) =>
        await ForEachAsync(await SnapshotsOfAsync(Path).ConfigureAwait(false), ReadAsync, stop).ConfigureAwait(false);

    private async Task ReadAsync(string path, CancellationToken stop)
    {
        OpenSnapshot open = await OpenAsync(path, stop).ConfigureAwait(false);
        await using (open.ConfigureAwait(false))
        {
            await WriteAsync(open, stop).ConfigureAwait(false);
        }
    }

    private Task WriteAsync(OpenSnapshot open, CancellationToken stop) => ParameterSetName switch
    {
        "Key" => ForEachAsync(Key, (key, token) => WriteOneAsync(open, key, token), stop),
        "Range" => WriteRangeAsync(open, To is null ? KeyRange.From(From.Bytes) : KeyRange.Between(From.Bytes, To.Bytes), null, stop),
        "Like" => WriteRangeAsync(open, KeyRange.Prefix(Literal(Like)), new WildcardPattern(Like), stop),
        _ => WriteRangeAsync(open, Prefix is null ? KeyRange.All : KeyRange.Prefix(Prefix.Bytes), null, stop),
    };

    private async Task WriteOneAsync(OpenSnapshot open, BytesArgument key, CancellationToken stop)
    {
        if (await WriteRangeAsync(open, KeyRange.Key(key.Bytes), null, stop).ConfigureAwait(false) > 0) return;
        throw new EtcdException(EtcdErrorIds.KeyNotFound, $"'{open.Source}' has no such key.")
        {
            Target = key.Text,
            NextStep = "Keys are compared byte by byte. Use -Prefix to get all keys with a prefix, or -Revision to look at an earlier revision.",
        };
    }

    private async Task<long> WriteRangeAsync(OpenSnapshot open, KeyRange range, WildcardPattern? pattern, CancellationToken stop)
    {
        var query = new SnapshotKeyQuery { Range = range, Revision = Revision, KeysOnly = KeysOnly };
        var page = new List<EtcdSnapshotKey>(PageSize);
        long written = 0;
        IAsyncEnumerator<EtcdKeyValue> keys = open.ReadKeysAsync(query, stop).GetAsyncEnumerator(stop);
        await using ConfiguredAsyncDisposable end = keys.ConfigureAwait(false);
        while (await keys.MoveNextAsync().ConfigureAwait(false))
        {
            if (pattern is not null && !pattern.IsMatch(keys.Current.KeyText)) continue;
            page.Add(new EtcdSnapshotKey(open.Source, keys.Current, KeysOnly));
            if (page.Count < PageSize) continue;
            await WritePageAsync(page).ConfigureAwait(false);
            written += page.Count;
            page.Clear();
        }

        await WritePageAsync(page).ConfigureAwait(false);
        return written + page.Count;
    }

    // The part before the first wildcard: only keys with this prefix need to be read.
    private static byte[] Literal(string pattern) =>
        Encoding.UTF8.GetBytes(pattern[..(pattern.IndexOfAny(['*', '?', '[', '`']) is var end and >= 0 ? end : pattern.Length)]);
}

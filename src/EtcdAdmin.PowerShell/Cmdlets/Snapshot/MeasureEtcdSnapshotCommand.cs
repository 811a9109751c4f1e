using System.Management.Automation;
using EtcdAdmin.Database.Space;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Shows what uses the space in a snapshot: key prefixes, the largest keys, old revisions and free pages.</summary>
/// <example>
/// <code>(Measure-EtcdSnapshot ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Depth 2).Prefixes</code>
/// <para>Shows how much space the keys below each prefix such as /a/b/ use.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "EtcdSnapshot")]
[OutputType(typeof(SnapshotSpace))]
public sealed class MeasureEtcdSnapshotCommand : SnapshotCmdlet
{
    /// <summary>
    /// Snapshot files, in any format, or folders with snapshots. Accepts the output of Save-EtcdSnapshot, Get-EtcdSnapshot and
    /// Get-ChildItem.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>
    /// The number of leading parts of a key that form the prefix under which it is counted, 1 to 100. With -Depth 2, /a/b/c is
    /// counted under /a/b/. Default: 1.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int Depth { get; set; } = 1;

    /// <summary>The key separator: one ASCII character. Default: /.</summary>
    [Parameter]
    [ValidateRange('\u0001', '\u007f')]
    public char Separator { get; set; } = '/';

    /// <summary>How many prefixes and keys are listed, 1 to 10000. Default: 20.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int Top { get; set; } = 20;

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => ForEachAsync(Path, MeasureAllAsync, stop);

    private async Task MeasureAllAsync(string path, CancellationToken stop) =>
        await ForEachAsync(await SnapshotsOfAsync(path).ConfigureAwait(false), MeasureAsync, stop).ConfigureAwait(false);

    private async Task MeasureAsync(string path, CancellationToken stop)
    {
        var request = new SpaceRequest { Depth = Depth, Separator = Separator, Top = Top };
        OpenSnapshot open = await OpenAsync(path, stop).ConfigureAwait(false);
        await using (open.ConfigureAwait(false))
        {
            await WriteAsync(await open.MeasureAsync(request, stop).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }
}

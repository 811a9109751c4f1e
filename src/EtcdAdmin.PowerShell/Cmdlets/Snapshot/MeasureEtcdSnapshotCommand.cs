using System.Management.Automation;
using EtcdAdmin.Database.Space;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>Tells what takes the space in a snapshot: which beginnings of keys, which keys, old revisions, free pages.</summary>
/// <example>
/// <code>(Measure-EtcdSnapshot ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Depth 2).Prefixes</code>
/// <para>What the keys below each /a/b/ take.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "EtcdSnapshot")]
[OutputType(typeof(SnapshotSpace))]
public sealed class MeasureEtcdSnapshotCommand : SnapshotCmdlet
{
    /// <summary>The files, in any form, or folders of them; Save-EtcdSnapshot, Get-EtcdSnapshot and Get-ChildItem pass theirs on.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>How many parts of a key, up to a separator each, make the beginning that it is counted under.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int Depth { get; set; } = 1;

    /// <summary>What parts the parts of a key: one character of ASCII.</summary>
    [Parameter]
    [ValidateRange('\u0001', '\u007f')]
    public char Separator { get; set; } = '/';

    /// <summary>How many beginnings and keys are named.</summary>
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

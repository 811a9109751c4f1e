using System.Management.Automation;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Snapshots.Retention;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Removes snapshots with their manifests: the given files, or, in a folder, the snapshots that no retention rule keeps. A folder
/// without a rule is refused, unless -RemovePartial is given. For each file the command reports what it did, and why. Files that
/// are not snapshots are left alone, unless they are given by name with -Force.
///
/// At least one valid snapshot of each cluster id is always kept, unless you name the files and give -Force. Before anything is
/// removed, the newest snapshot that the rules keep is verified. If it is not valid, the newest valid snapshot is kept too.
///
/// Hours, days, weeks, months and years are in UTC, and weeks begin on Monday. The newest snapshot of each period is kept.
/// Periods without a snapshot are not counted.
/// </summary>
/// <example>
/// <code>Remove-EtcdSnapshot ./backups -Keep 7 -KeepDaily 7 -KeepWeekly 4 -KeepMonthly 12 -WhatIf</code>
/// <para>Shows what would be removed, and which rule keeps each of the other snapshots.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot prod -Destination ./backups | Out-Null; Remove-EtcdSnapshot ./backups -KeepDaily 14 -RemovePartial -Confirm:$false</code>
/// <para>
/// For a scheduled job: saves a snapshot, keeps the newest snapshot of each of the last 14 days, and removes leftovers of
/// interrupted saves.
/// </para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot ./backups | Where-Object ClusterName -eq test | Remove-EtcdSnapshot -OlderThan 30.00:00</code>
/// <para>Removes the snapshots of one cluster that are older than 30 days.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "EtcdSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = FileSet)]
[OutputType(typeof(EtcdSnapshotRetention))]
public sealed class RemoveEtcdSnapshotCommand : AdminCmdlet
{
    private const string FileSet = "File";
    private const string RulesSet = "Rules";

    private readonly List<string> _paths = [];

    /// <summary>
    /// Snapshot files. With retention rules or -RemovePartial, also folders. Accepts the output of Get-EtcdSnapshot and
    /// Get-ChildItem.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>
    /// Keeps the newest N snapshots of each cluster id; N is the given number. A snapshot is kept if any rule keeps it.
    /// </summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? Keep { get; set; }

    /// <summary>Keeps the newest snapshot of each hour, for the last N hours that have snapshots.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepHourly { get; set; }

    /// <summary>Keeps the newest snapshot of each day, for the last N days that have snapshots.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepDaily { get; set; }

    /// <summary>
    /// Keeps the newest snapshot of each week, for the last N weeks that have snapshots. Weeks begin on Monday.
    /// </summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepWeekly { get; set; }

    /// <summary>Keeps the newest snapshot of each month, for the last N months that have snapshots.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepMonthly { get; set; }

    /// <summary>Keeps the newest snapshot of each year, for the last N years that have snapshots.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepYearly { get; set; }

    /// <summary>
    /// Removes only snapshots that are older than this: days or a TimeSpan, for instance 30 or 30.00:00 for thirty days.
    /// </summary>
    [Parameter(ParameterSetName = RulesSet)]
    [Days]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>
    /// Also removes leftovers of interrupted saves: .part files that have not changed for a day. Without it, they are only
    /// listed. -RemovePartial without a retention rule removes no snapshots from a folder.
    /// </summary>
    [Parameter]
    public SwitchParameter RemovePartial { get; set; }

    /// <summary>Removes the given files without checking that a valid snapshot of the cluster is kept.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        // Decided together: each file may make it safe to remove another.
        foreach (string path in Path) _paths.AddRange(await PathsOfAsync(path).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken stop)
    {
        if (_paths.Count == 0) return;
        SnapshotRemoval removal = await new SnapshotRemover(Admin).PlanAsync(Request(), CoreEvents, stop).ConfigureAwait(false);
        foreach (EtcdException refusal in removal.Refused) await WriteErrorAsync(refusal).ConfigureAwait(false);
        await ForEachAsync(removal.Files, CarryOutAsync, stop).ConfigureAwait(false);
    }

    private async Task CarryOutAsync(EtcdSnapshotRetention file, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        bool removes = file.Action == RetentionAction.ToBeRemoved
            && await ShouldProcessAsync(file.Path, $"Remove, because {file.Reason}").ConfigureAwait(false);
        await WriteAsync(removes ? SnapshotRemover.Remove(file) : file).ConfigureAwait(false);
    }

    private RemoveSnapshotRequest Request() => new()
    {
        Paths = _paths,
        Rules = ParameterSetName == FileSet ? null : new RetentionRules
        {
            Keep = Keep,
            KeepHourly = KeepHourly,
            KeepDaily = KeepDaily,
            KeepWeekly = KeepWeekly,
            KeepMonthly = KeepMonthly,
            KeepYearly = KeepYearly,
            OlderThan = OlderThan,
        },
        Force = Force,
        RemovePartial = RemovePartial,
    };
}

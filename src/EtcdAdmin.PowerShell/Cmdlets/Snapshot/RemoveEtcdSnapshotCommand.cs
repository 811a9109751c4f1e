using System.Management.Automation;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Snapshots.Retention;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Removes snapshots by name, or all those of a folder that no rule keeps, together with what is noted beside them. Of each cluster's snapshots
/// in a folder a valid one stays: before anything goes, the newest that stays is read through; if it is not valid, the newest valid one stays too.
/// Says of each file what became of it and why; files that are no snapshots are left alone. Periods are those of UTC; weeks begin on
/// Monday; of a period the newest stays, and only periods with a snapshot count.
/// </summary>
/// <example>
/// <code>Remove-EtcdSnapshot ./backups -Keep 7 -KeepDaily 7 -KeepWeekly 4 -KeepMonthly 12 -WhatIf</code>
/// <para>Shows what would go, and what keeps each of the others.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot prod -Destination ./backups | Out-Null; Remove-EtcdSnapshot ./backups -KeepDaily 14 -RemovePartial -Confirm:$false</code>
/// <para>For a scheduled job: takes a snapshot, keeps fourteen days, and tidies up after interrupted saves.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot ./backups | Where-Object ClusterName -eq test | Remove-EtcdSnapshot -OlderThan 30.00:00</code>
/// <para>Of one cluster only what is older than thirty days.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "EtcdSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = FileSet)]
[OutputType(typeof(EtcdSnapshotRetention))]
public sealed class RemoveEtcdSnapshotCommand : AdminCmdlet
{
    private const string FileSet = "File";
    private const string RulesSet = "Rules";

    private readonly List<string> _paths = [];

    /// <summary>Snapshot files; with rules, or with -RemovePartial, also folders. Get-EtcdSnapshot and Get-ChildItem pass theirs on.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>Keeps the newest so many of each cluster. A snapshot stays if any of the rules keeps it.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? Keep { get; set; }

    /// <summary>Keeps the newest of each of the last so many hours in which one was taken.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepHourly { get; set; }

    /// <summary>Keeps the newest of each of the last so many days on which one was taken.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepDaily { get; set; }

    /// <summary>Keeps the newest of each of the last so many weeks, from Monday, in which one was taken.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepWeekly { get; set; }

    /// <summary>Keeps the newest of each of the last so many months in which one was taken.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepMonthly { get; set; }

    /// <summary>Keeps the newest of each of the last so many years in which one was taken.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepYearly { get; set; }

    /// <summary>Keeps whatever is not older than this TimeSpan, for instance 30.00:00 for thirty days; a bare number is days.</summary>
    [Parameter(ParameterSetName = RulesSet)]
    [Days]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>Removes the leftovers of interrupted saves too (.part files that nobody has written to for a day). Otherwise they are only listed.</summary>
    [Parameter]
    public SwitchParameter RemovePartial { get; set; }

    /// <summary>Removes named files without seeing that a valid one stays.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        // Decided on together: each may be what makes it safe to remove another.
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

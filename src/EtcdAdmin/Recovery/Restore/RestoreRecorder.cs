using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Records what a restore or an undo kept, as soon as it is known: another session needs the record to undo it.</summary>
/// <param name="context">The environment.</param>
/// <param name="old">The cluster before, without a restore mark in its profile.</param>
/// <param name="basis">What is known from the start.</param>
internal sealed class RestoreRecorder(AdminContext context, EtcdCluster old, RestoreRecord basis)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, IReadOnlyList<EtcdRestoreBackup>> _backups = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;

    /// <summary>The id of the restore or undo.</summary>
    public string Id => basis.Id;

    /// <summary>The path of the old profile; null if it is not kept.</summary>
    public string? Profile { get; private set; }

    /// <summary>The command that undoes the restore.</summary>
    public string UndoCommand => $"Undo-EtcdRestore {old.Name} {Id}";

    /// <summary>What was kept; members named in the record come first, in that order.</summary>
    public EtcdRestoreBackup[] BackupOf(IEnumerable<string> members)
    {
        lock (_lock) return [.. members.Union(_backups.Keys).SelectMany(name => _backups.GetValueOrDefault(name) ?? [])];
    }

    /// <summary>Keeps the old profile and starts the record.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        Profile = await context.Profiles.KeepAsync(old, RestoreRecords.MarkOf(Id), cancellationToken).ConfigureAwait(false);
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the steps that record what was kept of members. Members whose data is not kept need no step.</summary>
    public void AddTo(PlanBuilder plan, IEnumerable<MemberRestore> members)
    {
        plan.TidyUp();
        foreach (MemberRestore member in members)
        {
            plan.Add(
                member.Step(StepKind.NoteKeptData, $"Record where the old data of member {member.Member.Name} is and its SHA-256, "
                    + "and keep its configuration with it"),
                async (events, token) =>
                    await AddAsync(member.Member.Name, await member.DescribeArchivesAsync(token).ConfigureAwait(false), events, token).ConfigureAwait(
                        false));
        }
    }

    private async Task AddAsync(
        string member, IReadOnlyList<EtcdRestoreBackup> backups, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        lock (_lock) _backups[member] = [.. backups.Select(backup => backup with { Cluster = old.Name, Id = Id })];
        foreach (EtcdRestoreBackup backup in backups)
            events.Message(
                $"The old data of member {member} is kept in {backup}. Script that rolls back without PowerShell: "
                    + $"{backup.HostName}:{backup.RollBackScript}");
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Steps run at the same time, so their writes are queued.</summary>
    private Task SaveAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _writing = SaveAfterAsync(_writing, cancellationToken);
    }

    private async Task SaveAfterAsync(Task before, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its own step reports its error
        await new RestoreRecords(context).SaveAsync(old.Name, basis with { Backup = BackupOf([]) }, cancellationToken).ConfigureAwait(false);
    }
}

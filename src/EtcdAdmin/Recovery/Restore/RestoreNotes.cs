using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Notes what a restore or its undoing put aside, as soon as it is known: another session needs it to go back.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="old">The cluster as it was before, without a note of something under way.</param>
/// <param name="basis">What is known of it from the start.</param>
internal sealed class RestoreNotes(AdminContext context, EtcdCluster old, RestoreRecord basis)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, IReadOnlyList<EtcdRestoreBackup>> _backups = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;

    /// <summary>What it is called.</summary>
    public string Id => basis.Id;

    /// <summary>The profile from before; null where it is not kept.</summary>
    public string? Profile { get; private set; }

    /// <summary>The command that undoes it.</summary>
    public string UndoCommand => $"Undo-EtcdRestore {old.Name} {Id}";

    /// <summary>What was put aside: first of the members that are named, in that order.</summary>
    public EtcdRestoreBackup[] BackupOf(IEnumerable<string> members)
    {
        lock (_lock) return [.. members.Union(_backups.Keys).SelectMany(name => _backups.GetValueOrDefault(name) ?? [])];
    }

    /// <summary>Keeps the profile from before and begins the notes.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        Profile = await context.Profiles.KeepAsync(old, RestoreRecords.MarkOf(Id), cancellationToken).ConfigureAwait(false);
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the steps that look at what was put aside of members and note it; members that are not to be undone need none.</summary>
    public void AddTo(PlanBuilder plan, IEnumerable<MemberRestore> members)
    {
        plan.TidyUp();
        foreach (MemberRestore member in members)
        {
            plan.Add(
                member.Step(StepKind.NoteKeptData, $"Note where the old data of member {member.Member.Name} is and its SHA-256, and keep its configuration with it"),
                async (events, token) => await AddAsync(member.Member.Name, await member.DescribeArchivesAsync(token).ConfigureAwait(false), events, token).ConfigureAwait(false));
        }
    }

    private async Task AddAsync(string member, IReadOnlyList<EtcdRestoreBackup> backups, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        lock (_lock) _backups[member] = [.. backups.Select(backup => backup with { Cluster = old.Name, Id = Id })];
        foreach (EtcdRestoreBackup backup in backups) events.Message($"The old data of member {member} is kept in {backup}. Script that rolls back without PowerShell: {backup.HostName}:{backup.RollBackScript}");
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Steps run side by side; they write one after the other.</summary>
    private Task SaveAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _writing = SaveAfterAsync(_writing, cancellationToken);
    }

    private async Task SaveAfterAsync(Task before, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the step that began it reports that
        await new RestoreRecords(context).SaveAsync(old.Name, basis with { Backup = BackupOf([]) }, cancellationToken).ConfigureAwait(false);
    }
}

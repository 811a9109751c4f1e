using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Proves a restore, records it in the profile, and tells about it.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="input">What was restored.</param>
/// <param name="restored">The cluster right after the restore.</param>
/// <param name="final">The cluster at the end, when others have joined it.</param>
/// <param name="notes">Notes what is kept of the old.</param>
internal sealed class RestoreOutcome(AdminContext context, RestoreInput input, EtcdCluster restored, EtcdCluster final, RestoreNotes notes)
{
    private uint _hash;

    public EtcdRestore Result => new()
    {
        Cluster = input.Proof.Of(final),
        Path = input.Info.Path,
        Revision = input.Revision,
        RevisionBump = input.Bump.Amount,
        BumpReason = input.Bump.Reason,
        TotalKeys = input.Info.TotalKeys,
        Hash = _hash,
        Id = notes.Id,
        // An array, of which scripts can take the first by its number.
        Backup = notes.BackupOf(final.RequireSpec().Members.Select(member => member.Name)),
        UndoCommand = notes.Profile is null ? null : notes.UndoCommand,
    };

    /// <summary>Proves what was restored, and records it.</summary>
    /// <param name="recorded">What the profile shall say.</param>
    /// <param name="events">Gets what there is to tell.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ProveAsync(ClusterSpec recorded, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdCluster asked = input.Proof.Of(restored);
        await new HealthGate(context).WaitAsync(asked, input.Request.HealthTimeout, cancellationToken).ConfigureAwait(false);
        _hash = await new RestoreProof(asked, input).MakeAsync(context.Clock, events, cancellationToken).ConfigureAwait(false);
        await WarnOfAlarmsAsync(asked, events, cancellationToken).ConfigureAwait(false);
        if (!input.Request.SkipBackup) await notes.BeginAsync(cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(restored.WithSpec(recorded), cancellationToken).ConfigureAwait(false);
        // Clients see it from now on, so a later restore has to go past it even if nobody asks the members again.
        await new LastSeenStore(context).NoteAsync(restored.Name, input.Revision, restored.RequireSpec().Members[0].Name, cancellationToken).ConfigureAwait(false);
    }

    // The plan said so long ago, and a restored cluster that refuses writes looks like one that is not.
    private static async Task WarnOfAlarmsAsync(EtcdCluster asked, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<MemberAlarm> alarms = await asked.Client.Maintenance.AlarmsAsync(cancellationToken).ConfigureAwait(false);
            foreach (AlarmType alarm in alarms.Select(alarm => alarm.Type).Distinct())
                events.Warning($"The restored cluster '{asked.Name}' has the alarm {AlarmAdvice.Name(alarm)}, which came with the snapshot. {AlarmAdvice.Next(alarm)}");
        }
        catch (EtcdRpcException)
        {
            // The restore is proved; Get-EtcdHealth shows alarms as well.
        }
    }

    /// <summary>What is reported in place of the result: the restore is proved, and what follows ended early. Null where nothing is kept.</summary>
    public string? WayBack => notes.Profile is null ? null
        : $"Cluster {restored.Name} is restored and proved. What it had before is kept: beside the data of its members in folders named {RestoreArchive.Mark}-{notes.Id} ({RetiredMember.Mark}-{notes.Id} of those that left), and its profile in '{notes.Profile}'. To undo the restore: {notes.UndoCommand}";
}

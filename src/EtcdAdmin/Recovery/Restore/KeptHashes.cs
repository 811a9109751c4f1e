using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Records the hash of kept data again if a failed undo had started members on it: etcd writes when it starts.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="record">The restore being undone.</param>
internal sealed class KeptHashes(AdminContext context, string cluster, RestoreRecord record)
{
    private readonly Lock _lock = new();
    private RestoreRecord _record = record;
    private Task _writing = Task.CompletedTask;

    /// <summary>Records the hash for one member whose data was moved back to where it was kept.</summary>
    public async Task RecordAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        KeptMember now = await KeptMember.FindAsync(context.HostOf(member), member, _record, begun: null, cancellationToken).ConfigureAwait(false);
        if (now is not { State: KeptState.Aside, Sha256: { } sum }) return;
        Task writing;
        lock (_lock)
        {
            _record = _record with
            {
                Backup =
                [
                    .. _record.Backup.Select(backup => backup.Member == member.Name && backup.Path == now.Archive.Data
                        ? backup with { Sha256 = sum, Size = now.Size }
                        : backup),
                ],
            };
            writing = _writing = SaveAfterAsync(_writing, _record, cancellationToken);
        }

        await writing.ConfigureAwait(false);
    }

    private async Task SaveAfterAsync(Task before, RestoreRecord latest, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its own step reports its error
        await new RestoreRecords(context).SaveAsync(cluster, latest, cancellationToken).ConfigureAwait(false);
    }
}

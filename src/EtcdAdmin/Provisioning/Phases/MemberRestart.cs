using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>
/// Applies a new configuration or other new files, and perhaps another version, to a running member and restarts it. On failure it puts the old
/// ones back, unless the restart for that would cost the quorum.
/// </summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster with the new settings.</param>
/// <param name="member">The member with its new version.</param>
/// <param name="healthTimeout">How long all members may take to serve again.</param>
/// <param name="spare">Tells whether the member may be stopped now.</param>
/// <param name="formerVersion">The member's version before; null where it stays the same.</param>
/// <param name="formerConfig">The member's former configuration, if an interrupted run has replaced it already; else null.</param>
/// <param name="files">The files that change; null is the configuration.</param>
internal sealed class MemberRestart(
    AdminContext context, EtcdCluster cluster, MemberSpec member, TimeSpan healthTimeout, QuorumSpare spare, EtcdVersion? formerVersion = null,
    string? formerConfig = null, IRestartFiles? files = null)
{
    private readonly IRestartFiles _files =
        files ?? new ConfigurationFiles(new MemberFiles(context.HostOf(member), member), cluster, member, formerConfig);
    private bool _kept;
    private bool _stopping;

    /// <summary>Whether the member runs, or may run, with the new files after the rollback.</summary>
    public bool KeepsNew { get; private set; }

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await MemberDataCheck.RequireBeforeStopAsync(context, member, cancellationToken).ConfigureAwait(false);
        await _files.KeepAsync(cancellationToken).ConfigureAwait(false);
        _kept = true;
        await _files.WriteAsync(cancellationToken).ConfigureAwait(false);
        await spare.RequireAsync(member, cancellationToken).ConfigureAwait(false);
        _stopping = true;
        await RestartAsync(cluster.RequireSpec().InstalledVersionOf(member), cancellationToken).ConfigureAwait(false);
        await new HealthGate(context).WaitAsync(cluster, healthTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Puts the old files back, only by renames, because the disk may be full. A member that was not stopped keeps running. A member
    /// that was stopped is restarted and waited for, so that the next rollback of a member does not cost the quorum.
    /// </summary>
    /// <exception cref="StepNotUndoneException">
    /// The other members would not keep the quorum meanwhile: the member goes on with the new files.
    /// </exception>
    public async Task UndoAsync(CancellationToken cancellationToken)
    {
        if (!_kept) return;
        KeepsNew = _stopping;
        if (_stopping && await spare.FindLossAsync(member, cancellationToken).ConfigureAwait(false) is { } loss)
        {
            throw new StepNotUndoneException(
                $"member {member.Name} is left running with {_files.Name}, because restarting it would stop cluster '{cluster.Name}': {loss}",
                "When all members serve, run the same command again to complete the change"
                    + (files is null ? ", or run it with the old settings to go back." : "."));
        }

        await _files.PutBackAsync(cancellationToken).ConfigureAwait(false);
        if (!_stopping) return;
        await RestartAsync(formerVersion ?? cluster.RequireSpec().InstalledVersionOf(member), cancellationToken).ConfigureAwait(false);
        KeepsNew = false;
        await new MemberGate(context).WaitAsync(cluster, member, healthTimeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task RestartAsync(EtcdVersion version, CancellationToken cancellationToken)
    {
        IMemberService service = context.ServiceOf(member);
        await service.StopAsync(member, cancellationToken).ConfigureAwait(false);
        await service.StartAsync(member, version, DataAtStart.Required, cancellationToken).ConfigureAwait(false);
    }
}

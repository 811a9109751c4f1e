using EtcdAdmin.Clusters;

namespace EtcdAdmin.Deployment;

/// <summary>Gives a running member another configuration and restarts it; puts the old one back if that does not work out.</summary>
internal sealed class MemberRestart(AdminContext context, EtcdCluster cluster, MemberSpec member, TimeSpan healthTimeout)
{
    private string? _old;

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        MemberFiles files = Files();
        _old = await files.ReadConfigAsync(cancellationToken).ConfigureAwait(false);
        await ChangeAsync(EtcdConfiguration.Render(cluster.RequireSpec(), member), cancellationToken).ConfigureAwait(false);
        await new HealthGate(context).WaitAsync(cluster, healthTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the old configuration back and waits for the member, so that the next one to be put back does not cost the quorum.</summary>
    public async Task UndoAsync(CancellationToken cancellationToken)
    {
        if (_old is null) return;
        await ChangeAsync(_old, cancellationToken).ConfigureAwait(false);
        await new MemberGate(context).WaitAsync(cluster, member, healthTimeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task ChangeAsync(string config, CancellationToken cancellationToken)
    {
        IMemberService service = context.ServiceOf(member);
        await Files().WriteConfigAsync(cluster.Name, config, cancellationToken).ConfigureAwait(false);
        await service.StopAsync(member, cancellationToken).ConfigureAwait(false);
        await service.StartAsync(member, cluster.RequireSpec().Version!.Value, cancellationToken) // a running member has a version
            .ConfigureAwait(false);
    }

    private MemberFiles Files() => new(context.HostOf(member), member);
}

namespace EtcdAdmin.Clusters;

/// <summary>Tells an etcd that is still starting from one that has ended: waiting for that one is in vain.</summary>
internal sealed class EndedProcess(AdminContext context)
{
    /// <summary>Throws if it has ended. A host that cannot be asked says nothing about it.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, with what its log says.</exception>
    public async Task ThrowIfEndedAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        IMemberService service = context.ServiceOf(member);
        MemberServiceState state;
        try
        {
            state = await service.GetStateAsync(member, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.Kind == EtcdErrorKind.Connection)
        {
            return;
        }

        if (state.IsRunning) return;
        string log = await service.ReadLogTailAsync(member, cancellationToken).ConfigureAwait(false);
        throw new EtcdException(EtcdErrorIds.MemberStartFailed, EtcdErrorKind.HostOperation,
            $"The etcd of member {member.Name} on {member.HostName} ended. Its log says: {EtcdLog.Summarize(log)}")
        {
            Target = member.Name,
            NextStep = $"The whole log is {member.LogPlace}.",
        };
    }
}

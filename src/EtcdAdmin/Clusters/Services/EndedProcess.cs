namespace EtcdAdmin.Clusters;

/// <summary>Tells an etcd that is still starting from one that has ended: waiting for that one is in vain.</summary>
internal sealed class EndedProcess(AdminContext context)
{
    /// <exception cref="EtcdException">MemberStartFailed, with what its log says.</exception>
    public async Task ThrowIfEndedAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        IMemberService service = context.ServiceOf(member);
        MemberServiceState state = await service.GetStateAsync(member, cancellationToken).ConfigureAwait(false);
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

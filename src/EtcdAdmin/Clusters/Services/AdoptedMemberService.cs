using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>A member that EtcdAdmin did not install: its own unit starts and stops it. Without a unit it can only be read.</summary>
internal sealed class AdoptedMemberService(IHost host, string? unit, AdoptedMember adopted) : IMemberService
{
    private static string StartScript => ShellScript.Of(typeof(AdoptedMemberService), "start-own-unit");

    private static string LookScript => ShellScript.Of(typeof(AdoptedMemberService), "look-at-database");

    // Everything but the start works by the unit's name alone.
    private SystemdMemberService? Unit => adopted.IsReadOnly || unit is null ? null : new SystemdMemberService(host, unit);

    public Task StartAsync(MemberSpec member, EtcdVersion version, DataAtStart data, CancellationToken cancellationToken)
    {
        if (Unit is null) throw AdoptedMembers.ReadOnly(member, adopted);
        // It has joined its cluster, so its data must be there, whatever the caller expects.
        var script = new HostScript(StartScript) { Arguments = [unit!, .. MemberDataCheck.Arguments(member)] }; // as Unit has one
        return MemberDataCheck.RunAsync(host, member, script, cancellationToken);
    }

    public Task StopAsync(MemberSpec member, CancellationToken cancellationToken) =>
        (Unit ?? throw AdoptedMembers.ReadOnly(member, adopted)).StopAsync(member, cancellationToken);

    public Task<MemberServiceState> GetStateAsync(MemberSpec member, CancellationToken cancellationToken) =>
        Unit is { } systemd ? systemd.GetStateAsync(member, cancellationToken) : LookAsync(member, cancellationToken);

    public async Task<MemberServiceState> LookAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        if (Unit is { } systemd) return await systemd.LookAsync(member, cancellationToken).ConfigureAwait(false);
        HostScript script = HostLookScripts.Of(LookScript, member, []);
        string output = await host.RunRequiredAsync($"check the process of {member.Name}", script, cancellationToken).ConfigureAwait(false);
        return HostLookScripts.Parse(output, SystemdMemberService.ParseProcess);
    }

    public Task<string> ReadLogTailAsync(MemberSpec member, CancellationToken cancellationToken) =>
        Unit?.ReadLogTailAsync(member, cancellationToken) ?? Task.FromResult("");
}

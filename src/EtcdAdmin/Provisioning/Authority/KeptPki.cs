using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>Keeps certificates and keys of a member under a second name on its host, so that they can be put back by renames.</summary>
/// <param name="context">The environment.</param>
/// <param name="member">The member.</param>
/// <param name="paths">The files.</param>
internal sealed class KeptPki(AdminContext context, MemberSpec member, params string[] paths)
{
    private readonly string[] _paths = paths;

    /// <summary>The certificates and keys of a member.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="member">The member.</param>
    /// <param name="clients">Whether those for clients are kept.</param>
    /// <param name="peers">Whether those for peers are kept.</param>
    public static KeptPki Certificates(AdminContext context, MemberSpec member, bool clients = true, bool peers = true) => new(
        context, member,
        [
            .. clients ? new[] { member.Layout.ServerCertificateFile, member.Layout.ServerKeyFile } : [],
            .. peers ? new[] { member.Layout.PeerCertificateFile, member.Layout.PeerKeyFile } : [],
        ]);

    /// <summary>All that a replacement changes: authorities, certificates and keys.</summary>
    public static KeptPki All(AdminContext context, MemberSpec member, NextAuthorities next) => new(
        context, member, [.. next.FilesOf(member), .. Certificates(context, member, next.Clients, next.Peers)._paths]);

    public Task KeepAsync(CancellationToken cancellationToken) =>
        RunAsync("save a copy of the present certificates", MemberFileScripts.Keep, cancellationToken);

    public Task PutBackAsync(CancellationToken cancellationToken) =>
        RunAsync("put the certificates back", MemberFileScripts.PutBack, cancellationToken);

    public Task ForgetAsync(CancellationToken cancellationToken) =>
        RunAsync("remove the saved copy of the former certificates", MemberFileScripts.Forget, cancellationToken);

    private Task RunAsync(string what, string script, CancellationToken cancellationToken) => context.HostOf(member).RunRequiredAsync(
        $"{what} of member {member.Name}", new HostScript(script) { Arguments = _paths }, cancellationToken);
}

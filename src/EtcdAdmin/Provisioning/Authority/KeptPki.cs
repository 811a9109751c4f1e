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

    /// <summary>The authorities that a member trusts.</summary>
    public static KeptPki Authorities(AdminContext context, MemberSpec member) => new(context, member, member.Layout.CaFile);

    /// <summary>The certificates and keys of a member.</summary>
    public static KeptPki Certificates(AdminContext context, MemberSpec member) => new(
        context, member, member.Layout.ServerCertificateFile, member.Layout.ServerKeyFile, member.Layout.PeerCertificateFile,
        member.Layout.PeerKeyFile);

    /// <summary>Both.</summary>
    public static KeptPki All(AdminContext context, MemberSpec member) => new(
        context, member, [.. Authorities(context, member)._paths, .. Certificates(context, member)._paths]);

    public Task KeepAsync(CancellationToken cancellationToken) =>
        RunAsync("save a copy of the present certificates", MemberFileScripts.Keep, cancellationToken);

    public Task PutBackAsync(CancellationToken cancellationToken) =>
        RunAsync("put the certificates back", MemberFileScripts.PutBack, cancellationToken);

    public Task ForgetAsync(CancellationToken cancellationToken) =>
        RunAsync("remove the saved copy of the former certificates", MemberFileScripts.Forget, cancellationToken);

    private Task RunAsync(string what, string script, CancellationToken cancellationToken) => context.HostOf(member).RunRequiredAsync(
        $"{what} of member {member.Name}", new HostScript(script) { Arguments = _paths }, cancellationToken);
}

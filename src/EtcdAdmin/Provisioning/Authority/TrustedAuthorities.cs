using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>The authorities that a member trusts; a restart takes them into use.</summary>
/// <param name="context">The environment.</param>
/// <param name="member">The member.</param>
/// <param name="name">What the member trusts afterwards, for messages.</param>
/// <param name="change">The new bundle, from the present one.</param>
internal sealed class TrustedAuthorities(AdminContext context, MemberSpec member, string name, Func<string, string> change) : IRestartFiles
{
    private readonly KeptPki _kept = KeptPki.Authorities(context, member);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public Task KeepAsync(CancellationToken cancellationToken) => _kept.KeepAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        using var present = new MemoryStream();
        await context.HostOf(member).GetFileAsync(member.Layout.CaFile, present, cancellationToken).ConfigureAwait(false);
        string old = Encoding.UTF8.GetString(present.ToArray()), wanted = change(old);
        // An interrupted run has written it, and the member was not restarted.
        if (wanted != old)
            await new MemberFiles(context.HostOf(member), member).WriteAuthoritiesAsync(wanted, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task PutBackAsync(CancellationToken cancellationToken) => _kept.PutBackAsync(cancellationToken);
}

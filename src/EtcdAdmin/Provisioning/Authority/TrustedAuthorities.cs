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
    private string? _former;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public Task KeepAsync(CancellationToken cancellationToken) => _kept.KeepAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        _former = await ReadAsync(cancellationToken).ConfigureAwait(false);
        string wanted = change(_former);
        // An interrupted run has written it, and the member was not restarted.
        if (wanted != _former)
            await new MemberFiles(context.HostOf(member), member)
                .WriteAuthoritiesAsync(member.Layout.CaFile, wanted, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        await _kept.PutBackAsync(cancellationToken).ConfigureAwait(false);
        // A later step has changed the same file, and its copy took the place of this one.
        if (_former is { } former && await ReadAsync(cancellationToken).ConfigureAwait(false) != former)
            await new MemberFiles(context.HostOf(member), member)
                .WriteAuthoritiesAsync(member.Layout.CaFile, former, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        using var present = new MemoryStream();
        await context.HostOf(member).GetFileAsync(member.Layout.CaFile, present, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(present.ToArray());
    }
}

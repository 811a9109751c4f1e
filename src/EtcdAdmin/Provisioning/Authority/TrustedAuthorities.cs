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
/// <param name="changes">For each file that changes, the new bundle from the present one.</param>
internal sealed class TrustedAuthorities(
    AdminContext context, MemberSpec member, string name, IReadOnlyDictionary<string, Func<string, string>> changes) : IRestartFiles
{
    private readonly KeptPki _kept = new(context, member, [.. changes.Keys]);
    private readonly Dictionary<string, string> _former = new(StringComparer.Ordinal);

    private MemberFiles Files => new(context.HostOf(member), member);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public Task KeepAsync(CancellationToken cancellationToken) => _kept.KeepAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach ((string file, Func<string, string> change) in changes)
        {
            string former = _former[file] = await ReadAsync(file, cancellationToken).ConfigureAwait(false);
            string wanted = change(former);
            // An interrupted run has written it, and the member was not restarted.
            if (wanted != former) await Files.WriteAuthoritiesAsync(file, wanted, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        await _kept.PutBackAsync(cancellationToken).ConfigureAwait(false);
        foreach ((string file, string former) in _former)
        {
            // A later step has changed the same file, and its copy took the place of this one.
            if (await ReadAsync(file, cancellationToken).ConfigureAwait(false) != former)
                await Files.WriteAuthoritiesAsync(file, former, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        using var present = new MemoryStream();
        await context.HostOf(member).GetFileAsync(file, present, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(present.ToArray());
    }
}

using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>
/// The parts of a rotation that gives peers an authority of their own: members get a second file of trusted authorities, with the present and the
/// new one, and a configuration that names it, in the restart that makes them trust the new one. When all have it, the profile says so.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="before">The cluster, as its profile has it now: with one authority.</param>
/// <param name="state">The facts of the hosts.</param>
/// <param name="next">The new authority of peers.</param>
internal sealed class PeerSeparation(AdminContext context, EtcdCluster before, InstallState state, NextAuthority next)
{
    private readonly ProfilePki _pki = new(context.Profiles.Folder(before.Name));

    /// <summary>The cluster as it will be: peers trust the present authority too, until it is replaced.</summary>
    public static EtcdCluster Wanted(EtcdCluster before) => before.WithSpec(before.RequireSpec() with { SeparatePeerAuthority = true })
        .WithTls(before.Tls! with { PeerCaPem = before.Tls!.CaPem }); // a cluster with TLS

    /// <summary>The cluster as it will be.</summary>
    public EtcdCluster Target { get; } = Wanted(before);

    /// <summary>Whether a member must still get the file or the configuration.</summary>
    public bool IsLackedBy(MemberSpec member) => state.ConfigDiffers(member);

    /// <summary>What the step for a member does.</summary>
    public static string Text(MemberSpec member) =>
        $"Give member {member.Name} a separate file with the authorities of its peers, the present and the new one, and restart it";

    /// <summary>The files for the restart of a member.</summary>
    public IRestartFiles FilesOf(MemberSpec member) => new SeparatedFiles(context, Target, member, next);

    /// <summary>Adds the step after which the profile has two authorities.</summary>
    public void AddRecord(PlanBuilder plan) => plan.NextStage().Add(
        StepText.Here(StepKind.SaveProfile, $"Note in the profile of cluster {before.Name} that peers have an authority of their own") with
        {
            Subject = "separate",
        },
        (_, token) => RecordAsync(token),
        (_, token) => ForgetAsync(token));

    /// <summary>Adds the step that removes the saved copies of the former configurations.</summary>
    public void AddEnd(PlanBuilder plan) => plan.TidyUp().Add(
        StepText.Here(StepKind.SaveProfile, "Remove the saved copies of the former configurations") with { Subject = "configurations" },
        (_, token) => MemberFiles.ForgetConfigsAsync(context, before.RequireSpec().Members, token));

    private async Task RecordAsync(CancellationToken cancellationToken)
    {
        // Until the rotation has replaced it, the authority of peers is the one for both.
        if (_pki.HasAuthority)
        {
            using CertificateAuthority present = await _pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
            await _pki.PeerAuthority.WriteAsync(present, cancellationToken).ConfigureAwait(false);
        }

        string authority = await next.CertificateAsync(cancellationToken).ConfigureAwait(false);
        ClusterTls tls = Target.Tls!; // a cluster with TLS
        string both = CertificateBundle.With(tls.PeerCaPem ?? "", authority);
        await context.Profiles.SaveAsync(Target.WithTls(tls with { PeerCaPem = both }), cancellationToken).ConfigureAwait(false);
    }

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await context.Profiles.SaveAsync(before, cancellationToken).ConfigureAwait(false);
        _pki.PeerAuthority.Remove();
    }
}

/// <summary>The second file of trusted authorities, and the configuration that names it.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster with the new settings.</param>
/// <param name="member">The member.</param>
/// <param name="next">The new authority of peers.</param>
internal sealed class SeparatedFiles(AdminContext context, EtcdCluster cluster, MemberSpec member, NextAuthority next) : IRestartFiles
{
    private readonly MemberFiles _files = new(context.HostOf(member), member);
    private readonly ConfigurationFiles _configuration = new(new MemberFiles(context.HostOf(member), member), cluster, member, formerConfig: null);

    /// <inheritdoc/>
    public string Name => "separate authorities of clients and peers";

    /// <inheritdoc/>
    public Task KeepAsync(CancellationToken cancellationToken) => _configuration.KeepAsync(cancellationToken);

    /// <summary>The authorities come first: a configuration that names a missing file does not start.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        using var present = new MemoryStream();
        await context.HostOf(member).GetFileAsync(member.Layout.CaFile, present, cancellationToken).ConfigureAwait(false);
        string both = CertificateBundle.With(
            Encoding.UTF8.GetString(present.ToArray()), await next.CertificateAsync(cancellationToken).ConfigureAwait(false));
        await _files.WriteAuthoritiesAsync(member.Layout.PeerCaFile, both, cancellationToken).ConfigureAwait(false);
        await _configuration.WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The second file is kept: without the configuration it is not used, and the next attempt writes it again.</summary>
    public Task PutBackAsync(CancellationToken cancellationToken) => _configuration.PutBackAsync(cancellationToken);
}

using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Settings;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Provisioning.Volumes;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning;

/// <summary>What the steps of an installation do. One object per plan: later steps need what earlier ones found.</summary>
internal sealed class InstallSteps(AdminContext context, InstallRequest request, InstallState state)
{
    private ClusterSpec _spec = state.Wanted;
    private EtcdCluster? _cluster = state.Existing;
    private QuorumSpare? _spare;
    private readonly Dictionary<EtcdPlatform, EtcdPackage> _packages = [];

    /// <summary>What the step says that makes or mounts a member's file system.</summary>
    public static StepText VolumeText(InstallState state, MemberSpec member) =>
        new(member.HostName, VolumePreparer.Describe(member.Volume!, state.VolumeOf(member)!)) // it lacks one
        {
            Member = member.Name,
            Leaves = $"the file system on {member.Volume!.Device} of {member.HostName}, mounted at {member.Volume.MountPoint}",
        };

    /// <summary>What the step says that brings a unit up to date.</summary>
    public static StepText UnitText(MemberSpec member) =>
        new(member.HostName, $"Write the unit of member {member.Name}, which refuses to start without data (no restart)") { Member = member.Name };

    /// <summary>Looks whether this machine has what the steps of some members will need from it.</summary>
    /// <exception cref="EtcdException">CertificateInvalid, PackageNotFound and its like; nothing was begun.</exception>
    public Task CheckLocalPrerequisitesAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken) =>
        new LocalPrerequisites(context, request, state).CheckAsync(members, cancellationToken);

    public async Task ProvidePackageAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        foreach (PackageRequest wanted in LocalPrerequisites.PackageRequests(request, _spec.Version, state))
        {
            // The first decides, so that hosts with other processors get the same version.
            PackageRequest same = _spec.Version is { } held ? wanted with { Version = VersionRequest.For(held) } : wanted;
            EtcdPackage package = await new PackageResolver(context.Home).ResolveAsync(same, events, cancellationToken).ConfigureAwait(false);
            _packages[wanted.Platform] = package;
            _spec = _spec with { Version = package.Version };
            // Where the planner did not know it: before anything is written.
            if (state.Existing is null) new SettingRules(package.Version, request.ForceSettings).CheckRelease(_spec.Tuning);
        }
    }

    public async Task SaveProfileAsync(CancellationToken cancellationToken)
    {
        if (_spec.Tls) await CreateAuthorityAsync(cancellationToken).ConfigureAwait(false);
        _cluster = new EtcdCluster(request.Name, Endpoints()) { Tls = _cluster?.Tls, Spec = _spec };
        await context.Profiles.SaveAsync(_cluster, cancellationToken).ConfigureAwait(false);
    }

    public Task InstallBinaryAsync(MemberSpec host, CancellationToken cancellationToken) =>
        BinaryInstaller.InstallAsync(context.HostOf(host), _packages[state.PlatformOf(host)], host, cancellationToken);

    public Task PrepareVolumeAsync(MemberSpec member, CancellationToken cancellationToken) => VolumePreparer.PrepareAsync(
        context.HostOf(member), request.Name, member.Name, member.Volume!, state.VolumeOf(member)!, // planned for a member that has one
        request.ForcesFormatOn(member.HostName), cancellationToken);

    public async Task WriteFilesAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        MemberCertificates? certificates = null;
        if (state.LacksPki(member))
        {
            using CertificateAuthority authority = await Pki().ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
            certificates = MemberCertificates.Issue(authority, member, state.CertificateAddresses(member), request.KeyAlgorithm);
        }

        var files = new MemberFiles(context.HostOf(member), member);
        await files.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await files.WriteAsync(request.Name, _spec, certificates, cancellationToken).ConfigureAwait(false);
    }

    public Task WriteUnitAsync(MemberSpec member, CancellationToken cancellationToken) =>
        new MemberFiles(context.HostOf(member), member).WriteUnitAsync(request.Name, cancellationToken);

    public Task StartAsync(MemberSpec member, DataAtStart data, CancellationToken cancellationToken) =>
        context.ServiceOf(member).StartAsync(member, Version(), data, cancellationToken);

    public MemberRestart Restart(MemberSpec member)
    {
        EtcdCluster cluster = Cluster().WithSpec(_spec);
        _spare ??= new QuorumSpare(context, cluster);
        return new MemberRestart(context, cluster, member, request.HealthTimeout, _spare);
    }

    public async Task<string?> FindLeaderAsync(CancellationToken cancellationToken) =>
        await MemberQuery.FindLeaderNameAsync(Cluster(), cancellationToken).ConfigureAwait(false);

    public async Task ProveAsync(CancellationToken cancellationToken)
    {
        EtcdCluster cluster = Cluster().WithSpec(_spec with { Installed = true, Former = null });
        await new HealthGate(context).WaitAsync(cluster, request.HealthTimeout, cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (_spare is not null) await MemberFiles.ForgetConfigsAsync(context, _spec.Members, cancellationToken).ConfigureAwait(false);
    }

    private EtcdCluster Cluster() => _cluster!; // there from the start, or made by SaveProfileAsync

    private EtcdVersion Version() => _spec.Version!.Value; // there from the start, or found by ProvidePackageAsync

    private Uri[] Endpoints() => [.. _spec.Members.Select(member => member.ClientUrl(_spec.Tls))];

    private ProfilePki Pki() => new(context.Profiles.Folder(request.Name));

    private async Task CreateAuthorityAsync(CancellationToken cancellationToken)
    {
        ProfilePki pki = Pki();
        using CertificateAuthority authority = pki.HasAuthority
            ? await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false)
            : CertificateAuthority.Create($"{request.Name} CA", request.KeyAlgorithm, clock: context.Clock);
        PrivateFolder.Create(context.Profiles.Folder(request.Name));
        await pki.WriteAuthorityAsync(authority, cancellationToken).ConfigureAwait(false);
        // With authentication on, etcd takes the common name for the user: whoever installed the cluster administers it.
        IssuedCertificate client = authority.Issue(CertificateSpec.Client("root") with { KeyAlgorithm = request.KeyAlgorithm });
        var tls = new ClusterTls(authority.CertificatePem, client.CertificatePem) { KeyPem = client.KeyPem };
        _cluster = new EtcdCluster(request.Name, Endpoints()) { Tls = tls, Spec = _spec };
    }
}

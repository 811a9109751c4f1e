using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Settings;

namespace EtcdAdmin.Deployment.Install;

/// <summary>Makes the specification of a new cluster, or applies a request to that of an existing cluster.</summary>
internal sealed class SpecBuilder(EtcdAdminHome home, InstallRequest request)
{
    /// <summary>The version of the given package; null where no package is given or its version is known only after unpacking.</summary>
    public EtcdVersion? Packaged { get; init; }

    /// <summary>The specification of a new cluster.</summary>
    /// <param name="taken">Ports that are in use here or belong to other saved clusters; not used for other hosts.</param>
    /// <exception cref="EtcdException">SpecInvalid, PortInUse.</exception>
    public ClusterSpec New(IReadOnlySet<int> taken)
    {
        EtcdTuning tuning = Rules(held: null).Apply(new EtcdTuning(), request.Tuning, request.Tuning.Extra, replaces: true);
        return new ClusterSpec
        {
            Token = ClusterSpec.NewToken(request.Name),
            Members = request.Hosts is { } hosts ? new HostMembers(request).Make(hosts) : new LocalMembers(home, request).Make(taken),
            Tls = request.Tls ?? true,
            SeparatePeerAuthority = request.WantsPeerAuthority ?? false,
            Tuning = tuning,
        };
    }

    /// <summary>The specification of an existing cluster with the requested settings. A change that needs another command is refused.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public ClusterSpec Changed(ClusterSpec old)
    {
        if (request.Size is { } size && size != old.Members.Count)
            throw SpecRules.Invalid($"cluster '{request.Name}' has {old.Members.Count} member(s); installing again does not change that to {size}");
        if (request.Hosts is { } hosts) new HostMembers(request).RequireSame(hosts, old);
        if (request.Tls is { } tls && tls != old.Tls)
            throw SpecRules.Invalid(
                $"cluster '{request.Name}' is {(old.Tls ? "with" : "without")} TLS; installing again does not change that, but "
                    + $"{(old.Tls ? "Disable" : "Enable")}-EtcdTls {request.Name} does");
        if (request.WantsPeerAuthority is { } separate && separate != old.SeparatePeerAuthority)
            throw SpecRules.Invalid(
                $"cluster '{request.Name}' has "
                    + (old.SeparatePeerAuthority ? "an authority for clients and another one for peers" : "one authority")
                    + "; installing again does not change that",
                old.SeparatePeerAuthority ? null : Separation.Later(request.Name));
        Same(request.ClientPorts, old.Members.Select(member => member.ClientPort), "client ports");
        Same(request.PeerPorts, old.Members.Select(member => member.PeerPort), "peer ports");
        if (request.Address is { } address && old.Members.Any(member => member.Address != address))
            throw SpecRules.Invalid($"cluster '{request.Name}' does not listen on {address}; installing again does not change that");
        if (request.Directory is { } directory
            && old.Members.Any(member => !member.Directory.StartsWith(LocalMembers.Folder(directory, request.Name) + "/", StringComparison.Ordinal)))
            throw SpecRules.Invalid($"the members of cluster '{request.Name}' are not in '{directory}'; installing again does not move them");
        if (request.Package.Version is { IsNewest: false } version && old.Version is { } held && !version.Matches(held))
            throw OtherVersion(held, version.ToString());
        if (Packaged is { } packaged && old.Version is { } present && packaged != present) throw OtherVersion(present, packaged.ToString());
        return old with { Tuning = Rules(old.Version).Apply(old.Tuning, request.Tuning, request.Tuning.Extra, replaces: true) };
    }

    /// <summary>The rules for the held, packaged or requested version; without a version where only the package will show it.</summary>
    private SettingRules Rules(EtcdVersion? held)
    {
        EtcdVersion? version = held ?? Packaged ?? OfSeries(request.Package.Version);
        return new SettingRules(version, request.ForceSettings);
    }

    private EtcdException OtherVersion(EtcdVersion held, string wanted) => SpecRules.Invalid(
        $"cluster '{request.Name}' runs etcd {held}; installing again does not change its version to {wanted}",
        $"Use Update-EtcdCluster {request.Name} -Version {wanted}; Test-EtcdUpgrade shows what it checks before.");

    private static EtcdVersion? OfSeries(VersionRequest asked) =>
        asked.Exact ?? (asked is { Major: { } major, Minor: { } minor } ? new EtcdVersion(major, minor, SettingRules.AnyPatch) : null);

    private void Same(IReadOnlyList<int>? wished, IEnumerable<int> held, string what)
    {
        if (wished is not null && !wished.SequenceEqual(held))
            throw SpecRules.Invalid($"the {what} of cluster '{request.Name}' are {string.Join(", ", held)}; installing again does not change them");
    }
}

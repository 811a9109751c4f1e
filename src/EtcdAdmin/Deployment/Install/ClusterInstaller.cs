using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Alarms;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.Install;

/// <summary>Installs clusters, completes interrupted installations, and applies changed settings to installed clusters.</summary>
/// <param name="context">The context.</param>
public sealed class ClusterInstaller(AdminContext context)
{
    /// <summary>Plans an installation; reads the hosts and changes nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where the cluster is already as requested.</returns>
    /// <exception cref="EtcdException">
    /// SpecInvalid, PortInUse, AlreadyExists, DataExists, MemberDataLost, ProfileInvalid, and any problem of a host.
    /// </exception>
    /// <exception cref="AggregateException">Several problems of the hosts; each is an <see cref="EtcdException"/>.</exception>
    public async Task<Operation<EtcdCluster>> PlanAsync(InstallRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClusterName.Check(request.Name, "cluster");
        EtcdCluster? existing = context.Profiles.Exists(request.Name)
            ? await context.Profiles.LoadAsync(request.Name, cancellationToken).ConfigureAwait(false)
            : null;
        if (existing is { IsManaged: false }) throw NotOurs(request.Name);
        existing?.RequireSpec();
        existing?.RequireConverted();
        existing?.RequireNoTlsChange();
        if (existing is null) request = await WithAddressesAsync(request, cancellationToken).ConfigureAwait(false);

        var builder = new SpecBuilder(context.Home, request)
        {
            Packaged = await PackagedAsync(request.Package, cancellationToken).ConfigureAwait(false),
        };
        ClusterSpec wanted = existing?.Spec is { } old
            ? builder.Changed(old)
            : builder.New(request.Hosts is null ? await TakenPortsAsync(cancellationToken).ConfigureAwait(false) : new HashSet<int>());
        SignedPki? signed = await new OwnAuthority(context, request).ReadAsync(existing, wanted, cancellationToken).ConfigureAwait(false);
        InstallState state = await InstallState.ReadAsync(context, request.Name, existing, wanted, cancellationToken).ConfigureAwait(false);
        state = state with { Wanted = ListenAddresses.Choose(wanted, state.Surveys) };
        IReadOnlyList<string> warnings = new Preflight(context, state) { ForceFormat = request.HostsToForce }.Check(wanted.Members);

        IReadOnlyList<HandEdit> edits = existing is null ? [] : await HandEdits.ReadAsync(
            context, existing, state, state.Wanted.Members.Where(state.ConfigDiffers), cancellationToken).ConfigureAwait(false);
        var provisioner = new MemberProvisioner(new ProvisioningWork(context, Options(request, signed, existing is null), state) { Edits = edits });
        await provisioner.PrepareAsync(state.Wanted.Members, cancellationToken).ConfigureAwait(false);
        Plan plan = Plan(request, provisioner, state);
        if (existing?.Spec is { Installed: true } && state.Running.Count > 0 && !plan.IsEmpty)
            await ProfileComparison.RequireSameAsync(existing, cancellationToken).ConfigureAwait(false);
        return new Operation<EtcdCluster>(
            plan,
            [.. Warnings(wanted), .. await QuotaAlarm.FindAsync(existing, wanted, cancellationToken).ConfigureAwait(false), .. warnings],
            OperationLock.Of(context, request.Name, wanted.Members),
            again => PlanAsync(request, again),
            load => context.Profiles.LoadAsync(request.Name, load));
    }

    /// <summary>The steps from the present to the wanted state. The plan is empty for an installed cluster without differences.</summary>
    private static Plan Plan(InstallRequest request, MemberProvisioner provisioner, InstallState state)
    {
        var plan = new PlanBuilder($"Installing cluster {request.Name}", request.Name);
        provisioner.AddTo(plan, state.Wanted.Members);
        return plan.Build();
    }

    private static ProvisioningOptions Options(InstallRequest request, SignedPki? signed, bool isNew)
    {
        var options = new ProvisioningOptions
        {
            Package = request.Package,
            KeyAlgorithm = request.KeyAlgorithm,
            Authority = request.Authority,
            PeerAuthority = request.PeerAuthority,
            Signed = signed,
            Timeout = request.HealthTimeout,
            ForceSettings = request.ForceSettings,
            HostsToForce = request.HostsToForce,
            ChoosesPorts = isNew && request.ClientPorts is null,
        };
        return signed is null ? options : options with { Certificates = signed.Members };
    }

    /// <summary>The version of the given package: settings are checked for it before anything is done, also with <c>-WhatIf</c>.</summary>
    private static async Task<EtcdVersion?> PackagedAsync(PackageRequest package, CancellationToken cancellationToken)
    {
        if (package.Path is not { } path) return null;
        EtcdVersion? found = await PackagePeek.VersionAsync(path, package.Version, cancellationToken).ConfigureAwait(false);
        return found is { } version && (package.Version.IsNewest || package.Version.Matches(version)) ? found : null;
    }

    /// <summary>The address of a member is the address that ssh connects to, unless another address is given.</summary>
    private async Task<InstallRequest> WithAddressesAsync(InstallRequest request, CancellationToken cancellationToken)
    {
        if (request.Hosts is null) return request;
        HostRequest[] hosts =
            await HostErrors.WhenAllAsync(request.Hosts.Select(host => HostMembers.WithAddressAsync(context, host, cancellationToken)))
            .ConfigureAwait(false);
        return request with { Hosts = hosts };
    }

    private static IReadOnlyList<string> Warnings(ClusterSpec spec)
    {
        int size = spec.Members.Count;
        if (size % 2 == 1) return [];
        int survives = size - QuorumCount.Of(size);
        return
        [
            string.Create(CultureInfo.InvariantCulture,
                $"{size} members survive the loss of {survives}, which {size - 1} members survive too; use an odd number."),
        ];
    }

    /// <summary>The ports that are in use, and the ports of saved clusters, which may be stopped now.</summary>
    private async Task<IReadOnlySet<int>> TakenPortsAsync(CancellationToken cancellationToken)
    {
        EtcdHost here = await HostReader.ReadAsync(context.Hosts, HostConnection.Local, context.Clock, cancellationToken).ConfigureAwait(false);
        var taken = new HashSet<int>(here.ListeningPorts);
        foreach (string name in context.Profiles.Names())
        {
            foreach (MemberSpec member in await LocalMembersAsync(name, cancellationToken).ConfigureAwait(false))
                taken.UnionWith([member.ClientPort, member.PeerPort]);
        }

        return taken;
    }

    private async Task<IEnumerable<MemberSpec>> LocalMembersAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            EtcdCluster cluster = await context.Profiles.LoadAsync(name, cancellationToken).ConfigureAwait(false);
            return cluster.Spec?.Members.Where(member => member.Connection is null) ?? [];
        }
        catch (EtcdException)
        {
            return []; // a profile that cannot be read must not keep another cluster from being installed
        }
    }

    private static EtcdException NotOurs(string name) => new(
        EtcdErrorIds.AlreadyExists,
        $"'{name}' is the name of a registered cluster that was not installed from this machine.")
    {
        Target = name,
        NextStep = "Choose another name.",
    };
}

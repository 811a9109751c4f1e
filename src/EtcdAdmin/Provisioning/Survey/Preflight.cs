using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Volumes;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>Checks all hosts before anything is changed, and reports all problems at once.</summary>
internal sealed class Preflight(AdminContext context, InstallState state)
{
    // Space for the three programs of a release, and for a new database with its log; etcd preallocates 64 MB for each segment of the log.
    private const long BinaryBytes = 200L << 20;
    private const long DataBytes = 512L << 20;

    // Space that a joining member needs besides a copy of the database: two segments of the log, one in use and one prepared.
    private const long LogBytes = 128L << 20;

    // etcd warns of differences of more than a second; certificates start to fail at minutes.
    private static readonly TimeSpan SkewWarning = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SkewLimit = TimeSpan.FromSeconds(30);

    /// <summary>Whether the members join an existing cluster and start without data.</summary>
    public bool Joining { get; init; }

    /// <summary>The size of the database that a joining member receives, besides its old data; 0 where it is not known.</summary>
    public long DatabaseBytes { get; init; }

    /// <summary>The hosts on which the contents of a device for data may be lost.</summary>
    public IReadOnlySet<string> ForceFormat { get; init; } = new HashSet<string>();

    private readonly List<EtcdException> _problems = [];
    private readonly List<string> _warnings = [];

    /// <summary>Checks the hosts of some members.</summary>
    /// <param name="members">The members to install or change.</param>
    /// <returns>The warnings.</returns>
    /// <exception cref="EtcdException">The only problem that was found.</exception>
    /// <exception cref="AggregateException">All problems of all hosts.</exception>
    public IReadOnlyList<string> Check(IReadOnlyList<MemberSpec> members)
    {
        foreach (MemberSpec member in members)
        {
            if (member.Connection is not null) CheckHost(member);
            else
            {
                bool isOurs = CheckOwner(member);
                CheckSpace(member, state.SurveyOf(member).Host);
                // A new member here gets free ports. The ports of a member that was here before must be free again.
                if (isOurs && Joining && !state.Running.Contains(member.Name)) CheckPorts(member, state.SurveyOf(member).Host);
            }

            CheckData(member);
        }

        return _problems.Count switch
        {
            0 => _warnings,
            1 => throw _problems[0],
            _ => throw new AggregateException(_problems),
        };
    }

    private void CheckHost(MemberSpec member)
    {
        HostSurvey survey = state.SurveyOf(member);
        if (survey.Host.Kernel != "Linux")
        {
            Problem(
                member, EtcdErrorIds.HostNotSupported, $"runs {survey.Host.Kernel ?? "an unknown system"}, but only Linux can be managed",
                    "Use another host.");
            return;
        }

        if (HostArchitecture.FromMachine(survey.Host.Machine ?? "") is null)
            Problem(member, EtcdErrorIds.ArchitectureMismatch, $"has a processor ({survey.Host.Machine ?? "unknown"}) that etcd is not built for",
                "Use another host.");
        if (!survey.Host.IsRoot)
            Problem(member, EtcdErrorIds.SudoFailed, "does not give this user root permissions", "Log in as root, or as a user who may use sudo.");
        if (survey.Host.SystemdVersion is null)
            Problem(member, EtcdErrorIds.HostNotSupported, "does not run systemd, which starts and supervises etcd", "Use a host with systemd.");
        CheckClock(member, survey.Host);
        CheckSpace(member, survey.Host);
        CheckReach(member, survey);
        CheckSameMachine(member, survey);
        if (!CheckOwner(member) || state.Running.Contains(member.Name)) return;
        CheckPorts(member, survey.Host);
        CheckOthers(member, survey.Host);
        CheckVolume(member, survey.Host);
    }

    /// <summary>Whether the member's place is free or its own. Another etcd must not be touched, whether it runs or not.</summary>
    private bool CheckOwner(MemberSpec member)
    {
        MemberOwnership ownership = state.OwnershipOf(member);
        if (!ownership.IsForeign) return true;
        _problems.Add(ForeignMember.Refusal(ownership, context.Home.ClustersPath));
        return false;
    }

    private void CheckClock(MemberSpec member, EtcdHost host)
    {
        // A difference within the round-trip time is not reported.
        if (host is not { ClockSkew: { } skew, ClockUncertainty: { } uncertain } || skew.Duration() - uncertain < SkewWarning) return;
        string difference = string.Create(
            CultureInfo.InvariantCulture, $"{skew.Duration().TotalSeconds:0.#} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's");
        if (skew.Duration() < SkewLimit) _warnings.Add(
            $"The clock of {member.HostName} is {difference}; etcd warns of more than 1 s between members.");
        else
        {
            Problem(member, EtcdErrorIds.ClockSkew, $"has a clock that is {difference}",
                "Turn on NTP on the host (timedatectl set-ntp true), wait until timedatectl shows the clock as synchronized, then run the command "
                    + "again.");
        }
    }

    private void CheckSpace(MemberSpec member, EtcdHost host)
    {
        bool writes = !state.Running.Contains(member.Name) || state.ConfigDiffers(member);
        // A device for the data is checked elsewhere, and is still empty.
        bool startsEmpty = member.Volume is null && !state.FactsOf(member).HasData;
        long database = DatabaseBytes + (DatabaseBytes / 10) + LogBytes;
        _problems.AddRange(SpaceGuard.Check(
            host,
            [
                SpaceNeed.When(!state.FactsOf(member).HasBinary, member.BinDirectory, BinaryBytes),
                SpaceNeed.When(startsEmpty, member.Directory, Math.Max(DataBytes, Joining ? database : 0)),
                SpaceNeed.When(Joining && !startsEmpty && !state.LacksVolume(member), member.Directory, database),
                SpaceNeed.When(writes, member.WalDirectory ?? member.Directory, SpaceNeed.SmallFiles),
                SpaceNeed.When(writes, member.Layout.ConfigDirectory, SpaceNeed.SmallFiles),
                SpaceNeed.When(writes && member.Unit is not null, SystemdUnit.Path(member.Unit ?? ""), SpaceNeed.SmallFiles),
            ],
            state.Existing?.Spec?.Members.Any(known => known.Name == member.Name) == true
                ? "Free some space there (never by deleting files of etcd's data), then run the command again."
                : "Free some space (never by deleting files of etcd's data), or give another folder or device for the data (-DataDirectory, "
                    + "-DataDevice)."));
    }

    private void CheckReach(MemberSpec member, HostSurvey survey)
    {
        foreach (MemberSpec other in state.Wanted.Members.Where(other => other != member))
        {
            Reach[] answers =
            [
                .. survey.Reached.Where(reach => reach.Address == other.Address && (reach.Port == other.ClientPort || reach.Port == other.PeerPort)),
            ];
            if (answers.Any(reach => reach.Answer == ReachAnswer.Unresolved))
            {
                Problem(member, EtcdErrorIds.HostUnreachable, $"cannot resolve the name '{other.Address}' of {other.HostName}",
                    "Put the name into DNS or /etc/hosts on all hosts, or give addresses (-Address).");
                continue;
            }

            int[] closed = [.. answers.Where(reach => reach.Answer is ReachAnswer.Silent or ReachAnswer.Failed).Select(reach => reach.Port).Order()];
            if (closed.Length > 0)
            {
                Problem(member, EtcdErrorIds.HostUnreachable, $"cannot reach {other.Address} port {string.Join(" and ", closed)} of {other.HostName}",
                    "Open these ports between the hosts.");
            }
        }
    }

    private void CheckPorts(MemberSpec member, EtcdHost host)
    {
        if (host.Etcd.Any(found => IsOwnProcess(member, found))) return;
        foreach (int port in new[] { member.ClientPort, member.PeerPort }.Where(host.ListeningPorts.Contains))
            Problem(member, EtcdErrorIds.PortInUse, $"already has a process that listens on port {port}",
                "Find out what it is (ss -ltnp on the host). Stop it only if nothing needs it, or give another port.");
    }

    /// <summary>Another etcd beside this member: two on one host fail together and share its disk.</summary>
    private void CheckOthers(MemberSpec member, EtcdHost host)
    {
        ExistingEtcd[] foreign = [.. host.Etcd.Where(found => found.Kind switch
        {
            ExistingEtcdKind.Process => !IsOwnProcess(member, found),
            ExistingEtcdKind.Configuration => found.Name == member.ConfigDirectory && state.Existing is null,
            _ => false,
        })];
        if (foreign.Length == 0) return;
        Problem(member, EtcdErrorIds.EtcdExists, $"has an etcd that EtcdAdmin did not install: {string.Join(", ", foreign.Select(Describe))}",
            "It was not touched. Use another host. Only if that etcd is no longer needed: take a snapshot of it (etcdctl snapshot save), uninstall "
                + "it, then run the command again.");
    }

    private void CheckVolume(MemberSpec member, EtcdHost host)
    {
        if (member.Volume is not { } volume || state.VolumeOf(member) is not { } facts) return;
        var guard = new VolumeGuard(host, VolumeGuard.Owner(state.ClusterName, member.Name), ForceFormat.Contains(member.HostName));
        _problems.AddRange(guard.Check(volume, facts));
    }

    /// <summary>Refuses data of another cluster, and a member that has lost its data.</summary>
    private void CheckData(MemberSpec member)
    {
        bool hasData = state.FactsOf(member).HasData;
        if (state.OwnershipOf(member).IsForeign) return; // moving its folder away would stop it
        bool isKnown = state.Existing?.Spec?.Members.Any(known => known.Name == member.Name) == true;
        if (!isKnown && hasData && !BelongsHere(member) && !state.OwnershipOf(member).IsDataOf(state.Id))
        {
            _problems.Add(new EtcdException(EtcdErrorIds.DataExists,
                $"{member.HostName} has data of an earlier cluster in {member.Layout.DataDirectory}. No etcd has this data open now.")
            {
                Target = member.Layout.DataDirectory,
                NextStep = "Choose another folder for the data, or rename that folder; do not delete it before you know that its data is not needed.",
            });
        }

        if (!state.IsInstalled || hasData || Joining) return;
        _problems.Add(MemberDataCheck.Lost(member));
    }

    private bool BelongsHere(MemberSpec member) => state.OwnershipOf(member).Owner == Owner.Ours;

    // A removed member exits again and again, and systemd restarts it. It may not be running when its unit is asked.
    private bool IsOwnProcess(MemberSpec member, ExistingEtcd found) => found.Kind == ExistingEtcdKind.Process && BelongsHere(member)
        && found.Detail?.Contains($"--config-file {member.Layout.ConfigFile}", StringComparison.Ordinal) == true;

    /// <summary>One machine under two names would be two members that fail together.</summary>
    private void CheckSameMachine(MemberSpec member, HostSurvey survey)
    {
        foreach (MemberSpec other in state.Wanted.Members.TakeWhile(other => other.Name != member.Name))
        {
            string[] addresses = [other.Address, .. survey.Resolved.GetValueOrDefault(other.Address, [])];
            if (addresses.Intersect(survey.Host.Addresses).FirstOrDefault() is { } shared)
                Problem(member, EtcdErrorIds.SpecInvalid, $"is the same machine as {other.HostName}: both have {shared}", "Give each host once.");
        }
    }

    private void Problem(MemberSpec member, string id, string what, string nextStep) =>
        _problems.Add(new EtcdException(id, $"{member.HostName} {what}.") { Target = member.HostName, NextStep = nextStep });

    private static string Describe(ExistingEtcd found) => found.Kind switch
    {
        ExistingEtcdKind.Process =>
            $"process {found.Name}"
                + $"{(found.Detail is { } command ? $" ({TerminalText.Line(command.Length <= 120 ? command : command[..120] + "…")})" : "")}",
        ExistingEtcdKind.Unit => $"unit {found.Name}",
        _ => found.Name,
    };
}

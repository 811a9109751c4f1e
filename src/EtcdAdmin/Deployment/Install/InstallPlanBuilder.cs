using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.Install;

/// <summary>Turns the difference between what is and what is wanted into steps.</summary>
internal static class InstallPlanBuilder
{
    public static async Task<Plan> MakeAsync(
        InstallRequest request, InstallState state, InstallSteps steps, Action<PlanBuilder> keepHandEdits, CancellationToken cancellationToken)
    {
        var plan = new PlanBuilder($"Installing cluster {request.Name}", request.Name);
        MemberSpec[] hosts = [.. state.HostsWithoutBinary];
        MemberSpec[] stopped = [.. state.Wanted.Members.Where(member => !state.Running.Contains(member.Name))];
        MemberSpec[] toWrite = [.. stopped.Where(member => state.ConfigDiffers(member) || state.LacksPki(member))];
        MemberSpec[] toRestart = [.. state.Wanted.Members.Except(stopped).Where(state.ConfigDiffers)];
        MemberSpec[] toReload = [.. state.Wanted.Members.Except(toWrite).Except(toRestart).Where(state.HasEarlierUnit)];
        if (hosts.Length == 0 && stopped.Length == 0 && toRestart.Length == 0 && toReload.Length == 0 && state.Existing?.Spec is { Installed: true })
            return plan.Build();

        if (hosts.Length > 0) plan.Add(StepText.Here($"Provide etcd {Wanted(request, state)}"), steps.ProvidePackageAsync);
        if (state.Existing is null)
        {
            string what = state.Wanted.Tls ? "Create the certificate authority and save the profile" : "Save the profile";
            plan.NextStage().Add(StepText.Here($"{what} of cluster {request.Name}"), (_, token) => steps.SaveProfileAsync(token));
        }

        plan.NextStage();
        foreach (MemberSpec host in hosts)
            plan.Add(new StepText(host.HostName, $"Install etcd in {host.BinDirectory}"), (_, token) => steps.InstallBinaryAsync(host, token));
        plan.NextStage();
        foreach (MemberSpec member in stopped.Where(state.LacksVolume))
            plan.Add(InstallSteps.VolumeText(state, member), (_, token) => steps.PrepareVolumeAsync(member, token));
        keepHandEdits(plan);
        plan.NextStage();
        foreach (MemberSpec member in toWrite) plan.Add(WriteText(request, state, member), (_, token) => steps.WriteFilesAsync(member, token));
        plan.NextStage();
        foreach (MemberSpec member in toReload) plan.Add(InstallSteps.UnitText(member), (_, token) => steps.WriteUnitAsync(member, token));
        AddStarts(plan, state, steps, stopped);
        await AddRestartsAsync(plan, state, steps, toRestart, cancellationToken).ConfigureAwait(false);
        plan.NextStage().Add(
            StepText.Here($"Prove that all {state.Wanted.Members.Count} member(s) serve, and record it"),
            (_, token) => steps.ProveAsync(token));
        return plan.Build();
    }

    private static string Wanted(InstallRequest request, InstallState state) =>
        state.Wanted.Version is { } held ? held.ToString()
        : request.Package.Path is { } path ? $"from {path}"
        : request.Package.Version ?? "(the newest)";

    private static StepText WriteText(InstallRequest request, InstallState state, MemberSpec member)
    {
        string what = $"Write configuration{(state.LacksPki(member) ? ", certificates and keys" : "")} of member {member.Name} ";
        // Whoever named no port gets one that is free, whichever that is by then.
        bool isFree = state.Existing is null && member.Connection is null && request.ClientPorts is null;
        return new StepText(member.HostName, $"{what}({EtcdConfiguration.Text(member.ClientUrl(state.Wanted.Tls))}, data in {member.Layout.DataDirectory})")
        {
            Member = member.Name,
            Agreed = isFree ? $"{what}(data in {member.Layout.DataDirectory})" : null,
        };
    }

    private static void AddStarts(PlanBuilder plan, InstallState state, InstallSteps steps, MemberSpec[] stopped)
    {
        // Until an installation has been proved, a member without data is one that has not started yet.
        DataAtStart data = state.IsInstalled ? DataAtStart.Required : DataAtStart.MayBeCreated;
        int up = state.Running.Count;
        plan.NextStage();
        foreach (MemberSpec member in stopped)
        {
            var text = new StepText(member.HostName, $"Start member {member.Name}") { Member = member.Name, VotersUp = ++up };
            plan.Add(text, (_, token) => steps.StartAsync(member, data, token));
        }
    }

    private static async Task AddRestartsAsync(
        PlanBuilder plan, InstallState state, InstallSteps steps, MemberSpec[] changed, CancellationToken cancellationToken)
    {
        if (changed.Length == 0) return;
        string? leader = await steps.FindLeaderAsync(cancellationToken).ConfigureAwait(false);
        // The leader last: each restart of a leader is an election, and one is enough.
        foreach (MemberSpec member in changed.OrderBy(member => member.Name == leader))
        {
            var text = new StepText(member.HostName, $"Apply the changed settings to member {member.Name} and restart it")
            {
                Member = member.Name,
                Interrupts = state.Wanted.Members.Count == 1 ? "the whole cluster" : $"member {member.Name}",
                VotersUp = state.Wanted.Members.Count,
            };
            MemberRestart restart = steps.Restart(member);
            plan.NextStage().Add(text, (_, token) => restart.ApplyAsync(token), (_, token) => restart.UndoAsync(token));
        }
    }
}

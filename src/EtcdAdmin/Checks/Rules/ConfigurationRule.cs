using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether the members run with the configuration of the profile.</summary>
internal static class ConfigurationRule
{
    private const string Name = "Configuration";

    /// <summary>One result for each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            if (member.Configuration.Value is not { } configuration)
            {
                yield return facts.NotKnown(Name, member.Configuration, member.Name);
                continue;
            }

            yield return configuration switch
            {
                { Drift.Count: > 0 } => facts.Result(
                    Name, CheckSeverity.Warning, "Its configuration differs from the profile.", string.Join("; ", configuration.Drift),
                    $"Set-EtcdConfiguration {facts.Cluster.Name} -WhatIf shows how to make them equal, in either direction.", member.Name),
                { RestartPending: true } => facts.Result(
                    Name, CheckSeverity.Warning, "Its configuration file was changed after it was started.", configuration.Path,
                    $"Restart it (Restart-EtcdMember {member.Name} -Cluster {facts.Cluster.Name}).", member.Name),
                { DropIns.Count: > 0 } => facts.Result(
                    Name, CheckSeverity.Info, "Its unit has drop-in files.", string.Join(", ", configuration.DropIns), member: member.Name),
                _ => facts.Result(Name, CheckSeverity.Ok, "It runs with the configuration of the profile.", configuration.Path, member: member.Name),
            };
        }
    }
}

using System.Globalization;
using System.Management.Automation;
using EtcdAdmin.Plans;
using EtcdAdmin.Text;

namespace EtcdAdmin.PowerShell;

/// <summary>The base of the cmdlets that run a plan of the core.</summary>
public abstract class PlannedCmdlet : AdminCmdlet
{
    /// <summary>Shows the warnings, asks once for the whole plan, then runs it.</summary>
    /// <remarks>With <c>-WhatIf</c> the plan is printed instead, one line for each step. The question of <c>-Confirm</c> lists
    /// the steps too.</remarks>
    /// <param name="operation">The planned operation.</param>
    /// <param name="stop">Cancelled when the pipeline ends early.</param>
    /// <param name="throttleLimit">How many hosts are worked on at the same time.</param>
    /// <returns>The result; null if the answer was no.</returns>
    private protected async Task<T?> CarryOutAsync<T>(
        Operation<T> operation, CancellationToken stop, int throttleLimit = PlanExecutor.DefaultThrottleLimit)
        where T : class
    {
        foreach (string warning in operation.Warnings) await OnPipelineAsync(() => WriteWarning(warning)).ConfigureAwait(false);
        if (!await OnPipelineAsync(() => Agreed(operation.Plan)).ConfigureAwait(false)) return null;
        using var hold = SignalHold.Begin(StopProcessing, operation.Plan.UndoLimit);
        try
        {
            return await operation.RunAsync(CoreEvents, stop, throttleLimit).ConfigureAwait(false);
        }
        finally
        {
            // After a signal the process ends right after the hold, so the result of the rollback is written first.
            await FlushReportsAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The same, but an empty plan needs no agreement: its result says why nothing is done.</summary>
    private protected Task<T?> CarryOutAnyAsync<T>(Operation<T> operation, CancellationToken stop)
        where T : class =>
        operation.Plan.IsEmpty ? RunEmptyAsync(operation, stop) : CarryOutAsync(operation, stop);

    private async Task<T?> RunEmptyAsync<T>(Operation<T> operation, CancellationToken stop)
        where T : class => await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false);

    /// <summary>Shows a message at the prompt, which can still be redirected or silenced.</summary>
    private protected Task SayAsync(string text) => OnPipelineAsync(
        () => WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]));

    private bool Agreed(Plan plan)
    {
        string count = string.Create(CultureInfo.InvariantCulture, $"{plan.Steps.Count} step{(plan.Steps.Count == 1 ? "" : "s")}");
        // Names of files and clusters may hold escape sequences, which could make the question look like another one.
        string heading = TerminalText.Line($"{plan.Title}{(plan.Subject is { } subject ? $" {subject}" : "")} takes {count}:")!; // not null
        string[] steps = [.. plan.Steps.Select(step => TerminalText.Line(step.ToString())!)]; // not null
        string question = string.Join(Environment.NewLine, steps.Prepend(heading));
        bool agreed = ShouldProcess(heading, question, "Confirm", out ShouldProcessReason reason);
        if (reason.HasFlag(ShouldProcessReason.WhatIf))
        {
            foreach (string step in steps) ShouldProcess(step, step, "Confirm");
        }

        return agreed;
    }
}

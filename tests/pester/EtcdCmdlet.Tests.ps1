# The base of all cmdlets, seen from PowerShell; the probes are cmdlets made for these tests.
BeforeAll {
    Set-StrictMode -Version Latest
    $out = Join-Path $PSScriptRoot '../../out' | Resolve-Path
    $modules = "$out/EtcdAdmin/EtcdAdmin.psd1", "$out/probes/EtcdAdmin.PowerShell.Probes.dll"
    Import-Module $modules

    # A script in a runspace of its own, whose streams can be read and which can be stopped.
    function New-Shell([string]$Script, [object[]]$Arguments = @()) {
        $shell = [powershell]::Create().AddCommand('Import-Module').AddParameter('Name', $modules)
        [void]$shell.Invoke()
        $shell.Commands.Clear()
        [void]$shell.AddScript($Script)
        foreach ($argument in $Arguments) { [void]$shell.AddArgument($argument) }
        $shell
    }

    function New-CoreError([string]$Id = 'EtcdMemberNotFound', [string]$Message = 'No member n9.') {
        $core = [Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq 'EtcdAdmin' | ForEach-Object Assemblies |
            Where-Object { $_.GetName().Name -eq 'EtcdAdmin' }
        $type = $core.GetType('EtcdAdmin.Errors.EtcdException')
        $exception = [Activator]::CreateInstance($type, @($Id, $Message, $null))
        $type.GetProperty('Target').SetValue($exception, 'n9')
        $type.GetProperty('NextStep').SetValue($exception, 'Get-EtcdMember lists those there are.')
        $exception
    }

    function New-Trace { [EtcdAdmin.PowerShell.Probes.Trace]::new() }
}

Describe 'Output' {
    It 'arrives whole and in order, in pages of <PageSize>' -ForEach @{ PageSize = 1 }, @{ PageSize = 100 } {
        $written = Write-EtcdProbe -Count 1000 -PageSize $PageSize

        $written -join ' ' | Should -Be ((1..1000) -join ' ')
    }

    It 'is produced only as fast as it is taken' {
        $trace = New-Trace

        $ahead = Write-EtcdProbe -Count 20 -Trace $trace | ForEach-Object { $trace.Entries.Count - $_ }

        # "producing n" is the nth entry; while n is being taken, n + 1 has not begun.
        $ahead | Should -Be (@(0) * 20)
    }

    It 'ends the work when Select-Object has enough' {
        $trace = New-Trace

        $written = Write-EtcdProbe -Trace $trace | Select-Object -First 2

        $written | Should -Be 1, 2
        $trace.Entries | Should -Be 'producing 1', 'producing 2', 'cancelled', 'ended'
    }

    It 'ends the work when a later command fails' {
        $trace = New-Trace

        { Write-EtcdProbe -Trace $trace | ForEach-Object { throw 'enough' } } | Should -Throw 'enough'

        @($trace.Entries)[-1] | Should -Be 'ended'
    }
}

Describe 'Stopping' {
    It 'takes less than a second in <Phase>, and ends the work' -ForEach @{ Phase = 'Begin' }, @{ Phase = 'Process' }, @{ Phase = 'End' } {
        $trace = New-Trace
        $shell = New-Shell 'param($Phase, $Trace) Wait-EtcdProbe -Phase $Phase -Trace $Trace' $Phase, $trace
        [void]$shell.BeginInvoke()
        $deadline = [datetime]::UtcNow.AddSeconds(30)
        while ($trace.Entries -notcontains $Phase) {
            if ([datetime]::UtcNow -gt $deadline) { throw 'The probe did not start.' }
            [Threading.Thread]::Yield()
        }

        $took = Measure-Command { $shell.Stop() }

        $took.TotalSeconds | Should -BeLessThan 1
        @($trace.Entries)[-1] | Should -Be "$Phase ended"
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
    }
}

Describe 'Reports' {
    It 'become verbose messages and warnings, and output is written on the pipeline thread' {
        $all = Out-EtcdProbe -Verbose 3>&1 4>&1

        $all.ForEach({ $_.GetType().Name }) | Should -Be 'VerboseRecord', 'WarningRecord', 'Int32'
        "$($all[0]), $($all[1])" | Should -Be 'a message, a warning'
        $all[2] | Should -Be 0
    }

    It 'end the work when a warning is to stop it' {
        { Out-EtcdProbe -WarningAction Stop -Milliseconds 60000 3> $null } | Should -Throw -ErrorId 'ActionPreferenceStop,*'
    }

    It 'show progress at most five times a second, and take it off the screen (left open: <Unfinished>)' -ForEach @{ Unfinished = $false }, @{ Unfinished = $true } {
        $shell = New-Shell 'param($Unfinished) Out-EtcdProbe -Milliseconds 1100 -Unfinished:$Unfinished -WarningAction Ignore' $Unfinished

        [void]$shell.Invoke()

        $shown = $shell.Streams.Progress | Where-Object Activity -eq 'Counting'
        @($shown | Where-Object RecordType -eq 'Processing').Count | Should -BeIn (2..5)
        @($shown | Where-Object RecordType -eq 'Completed').Count | Should -Be 1
        $shown[-1].RecordType | Should -Be 'Completed'
        $shown[0].PercentComplete | Should -BeIn (0..60) # not the end; how early depends on how busy the machine is
        $shell.Dispose()
    }

    It 'show no progress for what is over at once' {
        $shell = New-Shell 'Out-EtcdProbe -Milliseconds 1 -WarningAction Ignore'

        [void]$shell.Invoke()

        $shell.Streams.Progress | Where-Object Activity -eq 'Counting' | Should -BeNullOrEmpty
        $shell.Dispose()
    }
}

Describe 'Errors' {
    It 'carry id, category, target, message and what to do next' {
        Test-EtcdProbe (New-CoreError) -ErrorVariable errors -ErrorAction SilentlyContinue

        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -Be 'EtcdMemberNotFound,EtcdAdmin.PowerShell.Probes.ErrorProbeCommand'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $errors[0].TargetObject | Should -Be 'n9'
        "$($errors[0])" | Should -Be 'No member n9.'
        $errors[0].ErrorDetails.RecommendedAction | Should -Be 'Get-EtcdMember lists those there are.'
    }

    It 'have one category each, which the help topic names' {
        $topic = Get-Content "$PSScriptRoot/../../out/EtcdAdmin/en-US/about_EtcdErrors.help.txt" -Raw
        $kinds = (New-CoreError).GetType().Assembly.GetType('EtcdAdmin.Errors.EtcdErrorKinds')::All
        foreach ($id in $kinds.Keys) {
            Test-EtcdProbe (New-CoreError $id) -ErrorVariable errors -ErrorAction SilentlyContinue

            $category = $errors[0].CategoryInfo.Category
            if ($kinds[$id] -ne 'Other') { $category | Should -Not -Be 'NotSpecified' -Because $id }
            $topic | Should -Match "(?m)^    $id \($category\)\n        \S"
        }
        [regex]::Matches($topic, '(?m)^    Etcd\w+ \(').Count | Should -Be $kinds.Count
    }

    It 'leave the good elements around a bad one alone' {
        $written = 'a', (New-CoreError), 'b' | Test-EtcdProbe -ErrorVariable errors -ErrorAction SilentlyContinue

        $written | Should -Be 'a', 'b'
        $errors | Should -HaveCount 1
    }

    It 'leave the good items of a list around a bad one alone' {
        $written = Test-EtcdProbe -Each 'a', (New-CoreError), 'b' -ErrorVariable errors -ErrorAction SilentlyContinue

        $written | Should -Be 'a', 'b'
        $errors | Should -HaveCount 1
    }

    It 'end everything under -ErrorAction Stop' {
        $trace = New-Trace

        { 'a', (New-CoreError), 'b' | Test-EtcdProbe -Trace $trace -ErrorAction Stop } |
            Should -Throw -ErrorId 'EtcdMemberNotFound,EtcdAdmin.PowerShell.Probes.ErrorProbeCommand'
        { Test-EtcdProbe -Each 'a', (New-CoreError), 'b' -Trace $trace -ErrorAction Stop } | Should -Throw 'No member n9.'

        $trace.Entries | Should -Be 'a', 'throwing', 'a', 'throwing'
    }

    It 'at the beginning end the command' {
        { 'a' | Test-EtcdProbe -Begin (New-CoreError) -ErrorAction SilentlyContinue } |
            Should -Throw -ErrorId 'EtcdMemberNotFound,EtcdAdmin.PowerShell.Probes.ErrorProbeCommand'
    }

    It 'at the end are written' {
        $written = 'a' | Test-EtcdProbe -End (New-CoreError) -ErrorVariable errors -ErrorAction SilentlyContinue

        $written | Should -Be 'a'
        $errors | Should -HaveCount 1
    }

    It 'in arguments name the argument' {
        Test-EtcdProbe ([ArgumentException]::new('Too many.', 'Size')) -ErrorVariable errors -ErrorAction SilentlyContinue

        $errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdInvalidArgument,*'
        $errors[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        $errors[0].TargetObject | Should -Be 'Size'
    }

    It 'of several things at once are several records' {
        $many = [AggregateException]::new([Exception[]]((New-CoreError -Message 'One.'), (New-CoreError -Message 'Two.')))

        Test-EtcdProbe $many -ErrorVariable errors -ErrorAction SilentlyContinue

        "$errors" | Should -Be 'One. Two.'
    }

    It 'that nobody expects end the command and stay whole: <Unexpected.GetType().Name>' -ForEach @(
        @{ Unexpected = [InvalidOperationException]::new('A defect.', [IO.IOException]::new('Its cause.')) }
        @{ Unexpected = [OperationCanceledException]::new('Somebody else''s time ran out.') }
        @{ Unexpected = [AggregateException]::new([Exception[]]([ArgumentException]::new('Known.'), [IO.IOException]::new('Unknown.'))) }
    ) {
        { $Unexpected, 'b' | Test-EtcdProbe -ErrorAction SilentlyContinue } | Should -Throw -ExceptionType $Unexpected.GetType()

        $Error[0].Exception | Should -Be $Unexpected
        $Error[0].Exception.StackTrace | Should -Match 'PassAsync'
    }
}

Describe 'Questions' {
    It 'under -WhatIf are not asked' {
        $shell = New-Shell '"n1", "n2" | Confirm-EtcdProbe -WhatIf'

        $shell.Invoke() | Should -Be $false, $false

        $shell.Dispose()
    }

    It 'are put for each object' {
        'n1', 'n2' | Confirm-EtcdProbe -Confirm:$false | Should -Be $true, $true
    }

    It 'that nobody can answer are an error of the command' {
        { 'n1' | Confirm-EtcdProbe -Confirm } | Should -Throw -ExceptionType ([Management.Automation.PSInvalidOperationException])
    }
}
